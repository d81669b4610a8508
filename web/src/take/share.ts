// The share dialog: the address of this view, and the lines that put its map into a page of somebody's own.

import { calendar, language, t } from '../i18n';
import { h } from '../panels/dom';
import { device, type Settings } from '../settings/device';
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

/** A link speaks its reader's language and keeps to their colours, unless the sender wants it in their own. */
export function shareDialog(view: View): void {
  const link = new CopyField('share-link', t('take.share.link'), 3);
  const frame = new CopyField('share-frame', t('take.embed.frame'), 4);
  const alone = h('a', { target: '_blank', rel: 'noopener' }, t('take.embed.try'));
  const own = h('input', { type: 'checkbox', id: 'share-settings', onchange: () => { show(); } });
  const show = (): void => {
    const sent: View = { ...view, ...(own.checked ? ownSettings(view) : NO_SETTINGS) };
    link.show(viewAddress({ ...sent, embed: false }));
    const embedded = viewAddress({ ...sent, embed: true });
    frame.show(frameLine(embedded));
    alone.href = embedded;
  };
  own.checked = (view.language ?? view.calendar ?? view.theme ?? view.labels) !== null;
  show();
  showDialog(
    'share',
    t('take.share.title'),
    link.element,
    h('p', { class: 'quiet' }, t('take.share.hint')),
    h('label', { class: 'choice' }, own, h('span', {}, t('take.share.settings'))),
    h('h3', {}, t('take.embed.title')),
    frame.element,
    h('p', { class: 'quiet' }, t('take.embed.hint'), ' ', h('code', { dir: 'ltr' }, 'bordermap serve --embed-origin https://example.org')),
    h('p', {}, alone),
  );
}

const NO_SETTINGS: Settings = { language: null, calendar: null, theme: null, labels: null };

/** The settings as they are seen here, whether the address, the device or the browser says so. */
function ownSettings(view: View): Settings {
  const { theme, labels } = device.settings(view);
  return { language: language(), calendar: calendar(), theme, labels };
}

function frameLine(address: string): string {
  const quoted = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<iframe src="${quoted(address)}" title="${quoted(t('app.title'))}" width="100%" height="480" loading="lazy"></iframe>`;
}
