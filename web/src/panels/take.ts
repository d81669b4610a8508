// The panel's foot from which everything is taken away: data, pictures, paper, links.

import type { Answers } from '../answers';
import type { Question } from '../api/query';
import { t, tn, type MessageKey } from '../i18n';
import { GROUP_M } from '../map/geometry';
import type { View } from '../state/view';
import { ExportDialog } from '../take/export';
import { PictureDialog } from '../take/picture';
import { PrintView } from '../take/print';
import { shareDialog } from '../take/share';
import type { Pictured, Taken } from '../take/taken';
import { h } from './dom';

export class Take {
  readonly element: HTMLElement;
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
    const standing = answers.listStanding(view);
    // Rows that answer an older question are none of this one's.
    const rows = standing === 'refused' || standing === 'away' ? null : answers.listed(view);
    this.#taken = { view, question: takenQuestion(view), rows };
    this.#count.textContent = rows ? tn('reports', rows.matched) : standing === 'asked' ? '' : t('count.unanswered');
    this.#count.toggleAttribute('data-asked', standing === 'asked');
    this.print.show(this.#taken);
  }
}

/** What is listed is what is taken: a group's members, what lies around the point, or all. */
function takenQuestion({ filter, group, point, radiusM }: View): Question {
  if (group) return { filter, near: group, radiusM: GROUP_M };
  return { filter, near: point, radiusM: point && radiusM };
}
