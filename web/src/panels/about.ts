// The foot of the panel: where the data come from, and what they are not.

import type { Collection } from '../api/types';
import { t } from '../i18n';
import { sayLayer } from '../text/gazetteer';
import { h, inEnglish, replace, told } from './dom';

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
    replace(list, ...stated.map(({ id, title, attribution }) => h('li', {}, told(sayLayer(id, title)), ': ', inEnglish(attribution))));
  };
  return { element, show };
}
