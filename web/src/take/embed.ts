// Embed mode: the map alone, with its attribution and a link to the whole view.

import { t } from '../i18n';
import { h } from '../panels/dom';
import type { View } from '../state/view';
import { viewAddress } from './share';

export class EmbedFrame {
  readonly element = h('a', { class: 'whole-view', target: '_blank', rel: 'noopener', hidden: true }, t('take.embed.whole'), h('span', { 'aria-hidden': 'true' }, ' ↗'));

  show(view: View): void {
    document.documentElement.classList.toggle('embed', view.embed);
    this.element.hidden = !view.embed;
    if (view.embed) this.element.href = viewAddress({ ...view, embed: false });
  }
}
