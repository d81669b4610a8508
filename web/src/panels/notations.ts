// The point asked about in each notation, each with a button that copies it.

import { t } from '../i18n';
import type { LngLat } from '../state/view';
import { NOTATIONS, writePosition } from '../text/notations';
import { copyButton } from './copy';
import { h } from './dom';

export function notations(at: LngLat): HTMLElement {
  return h(
    'details',
    { class: 'notations' },
    h('summary', {}, t('point.notations')),
    h('dl', {}, ...NOTATIONS.map((notation) => {
      const text = writePosition(at, notation);
      return text && h(
        'div',
        { class: 'notation', 'data-notation': notation },
        h('dt', {}, t(`notation.${notation}`)),
        h('dd', {}, h('bdi', { dir: 'ltr' }, text)),
        copyButton(text, t('copy.what', { what: t(`notation.${notation}`) })),
      );
    })),
  );
}
