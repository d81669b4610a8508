// Says that the server has something newer than what is shown. Nothing changes under a reader's eyes until it is asked for.

import { t } from '../i18n';
import { h, replace } from './dom';

export class NewsBox {
  readonly element = h('div', { class: 'news', role: 'status' });
  readonly #asked: () => void;

  /** `asked` is called when the reader wants to see it. */
  constructor(asked: () => void) {
    this.#asked = asked;
  }

  show(some: boolean): void {
    replace(this.element, some && h('div', { class: 'warning' },
      h('p', {}, t('news.some')),
      h('button', { type: 'button', id: 'news-show', onclick: () => { this.#asked(); } }, t('news.show'))));
  }
}
