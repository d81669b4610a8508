// The foot of the panel: export of the selection, and where the data come from.

import type { Answers } from '../answers';
import { exportAddress, type Question } from '../api/query';
import type { Collection } from '../api/types';
import { t, tn } from '../i18n';
import type { View } from '../state/view';
import { h, replace } from './dom';

/** Links that download exactly what is listed. */
export class ExportBar {
  readonly element = h('section', { class: 'export', 'aria-label': t('export.title', { reports: '' }), hidden: true });

  show(view: View, answers: Answers): void {
    const count = (view.point ? answers.around : answers.all)?.matched ?? 0;
    const question: Question = view.point ? { filter: view.filter, near: view.point, radiusM: view.radiusM } : { filter: view.filter };
    this.element.hidden = count === 0;
    const link = (format: 'geojson' | 'csv'): HTMLElement =>
      h('a', { class: 'button', href: exportAddress('incidents', question, format), download: true, 'data-format': format }, t(`export.${format}`));
    replace(
      this.element,
      h('span', { title: t('export.hint') }, t('export.title', { reports: tn('reports', count) })),
      link('geojson'),
      link('csv'),
    );
  }
}

/** What the data are and are not, and whose they are; each layer's attribution as the API states it. */
export function about(): { element: HTMLElement; show(collections: readonly Collection[]): void } {
  const list = h('ul', { class: 'attributions' });
  const element = h(
    'details',
    { class: 'about' },
    h('summary', {}, t('about.title')),
    h('p', {}, t('app.sample')),
    h('p', {}, t('about.boundaries'), ' ', t('about.length')),
    list,
    h('p', {}, h('a', { href: 'api' }, t('about.api'))),
  );
  const show = (collections: readonly Collection[]): void => {
    const stated = collections.filter(({ attribution }) => attribution);
    replace(list, ...stated.map(({ id, title, attribution }) => h('li', {}, `${title ?? id}: ${attribution ?? ''}`)));
  };
  return { element, show };
}
