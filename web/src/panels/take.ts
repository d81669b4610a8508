// The panel's foot from which everything is taken away: data, pictures, paper, links.

import type { Answers } from '../answers';
import { t, tn, type MessageKey } from '../i18n';
import type { View } from '../state/view';
import { EmbedFrame } from '../take/embed';
import { ExportDialog } from '../take/export';
import { PictureDialog } from '../take/picture';
import { PrintView } from '../take/print';
import { shareDialog } from '../take/share';
import type { Pictured, Taken } from '../take/taken';
import { h } from './dom';

export class Take {
  readonly element: HTMLElement;
  readonly embed = new EmbedFrame();
  readonly print: PrintView;
  readonly #count = h('span', { class: 'take-count' });
  #taken: Taken | null = null;

  constructor(pictured: Pictured) {
    this.print = new PrintView(pictured);
    const button = (name: string, key: MessageKey, take: (taken: Taken) => void): HTMLElement =>
      h('button', { type: 'button', 'data-take': name, onclick: () => { if (this.#taken) take(this.#taken); } }, t(key));
    this.element = h(
      'section',
      { class: 'take', 'aria-label': t('take.title') },
      this.#count,
      button('export', 'take.export', ({ question }) => { void new ExportDialog(question).open(); }),
      button('picture', 'take.picture', (taken) => { void new PictureDialog(taken, pictured).open(); }),
      button('print', 'take.print', () => { print(); }),
      button('share', 'take.share', ({ view }) => { shareDialog(view); }),
    );
  }

  show(view: View, answers: Answers): void {
    const rows = view.point ? answers.around : answers.all;
    const question = { filter: view.filter, near: view.point, radiusM: view.point && view.radiusM };
    this.#taken = { view, question, rows };
    this.#count.textContent = rows ? tn('reports', rows.matched) : '';
    this.embed.show(view);
    this.print.show(this.#taken);
  }
}
