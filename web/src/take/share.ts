// The share dialog: the address of this view, and the lines that put its map into a page of somebody's own.

import { t } from '../i18n';
import { h } from '../panels/dom';
import { formatView } from '../state/address';
import type { View } from '../state/view';
import { CopyField, showDialog } from './dialog';

/** The address that opens a view. */
export function viewAddress(view: View): string {
  const address = new URL(document.baseURI);
  address.search = '';
  address.hash = formatView(view);
  return address.href;
}

export function shareDialog(view: View): void {
  const link = new CopyField('share-link', t('take.share.link'), 3);
  link.show(viewAddress({ ...view, embed: false }));
  const frame = new CopyField('share-frame', t('take.embed.frame'), 4);
  const embedded = viewAddress({ ...view, embed: true });
  frame.show(frameLine(embedded));
  showDialog(
    'share',
    t('take.share.title'),
    link.element,
    h('p', { class: 'quiet' }, t('take.share.hint')),
    h('h3', {}, t('take.embed.title')),
    frame.element,
    h('p', { class: 'quiet' }, t('take.embed.hint'), ' ', h('code', { dir: 'ltr' }, 'bordermap serve --embed-origin https://example.org')),
    h('p', {}, h('a', { href: embedded, target: '_blank', rel: 'noopener' }, t('take.embed.try'))),
  );
}

function frameLine(address: string): string {
  const quoted = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<iframe src="${quoted(address)}" title="${quoted(t('app.title'))}" width="100%" height="480" loading="lazy"></iframe>`;
}
