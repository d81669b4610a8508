// A button that copies a text, and says whether it could.

import { t } from '../i18n';
import { h } from './dom';

/** For how long the button says that it has copied. */
const SAID_MS = 2_000;

/** The text may be made when it is asked for: an address changes all the time. */
export function copyButton(text: string | (() => string), label: string, words = t('copy')): HTMLElement {
  const name = h('span', {}, words);
  const said = h('span', { class: 'hidden', role: 'status' });
  const copy = async (): Promise<void> => {
    let outcome = t('copy.done');
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
    } catch {
      // No permission, or a page without TLS: what is shown can still be selected by hand.
      outcome = t('copy.failed');
    }
    name.textContent = said.textContent = outcome;
    setTimeout(() => {
      name.textContent = words;
      said.textContent = '';
    }, SAID_MS);
  };
  const button = h('button', { type: 'button', class: 'copy', 'aria-label': label, onclick: () => { void copy(); } }, name);
  return h('span', { class: 'copying' }, button, said);
}
