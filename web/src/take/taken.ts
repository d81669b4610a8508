// What the parts of "take" are given: the view, its question and answer, and the pictures that there are.

import type { Map as MapLibre } from 'maplibre-gl';
import type { Question } from '../api/query';
import type { Rows } from '../api/rows';
import { CATEGORIES, STATUSES, type MarkedIncident } from '../api/types';
import { t, term } from '../i18n';
import { CROSSING_STATES } from '../map/crossings';
import { legendMark, mark } from '../panels/marks';
import type { View } from '../state/view';
import { formatDay } from '../text/format';
import type { Picture } from './capture';
import type { Key, Sheet } from './sheet';
import { viewAddress } from './share';
import { phrases } from './words';

export interface Taken {
  readonly view: View;
  readonly question: Question;
  /** What the question selects; null until it is known. */
  readonly rows: Rows | null;
}

/** A picture with what is to be known of it beside the view. */
export interface Explained {
  readonly picture: Picture;
  /** The reports whose marks are in it. */
  readonly marked: readonly MarkedIncident[];
  /** What bounds it beyond what is asked, a phrase each. */
  readonly asked: readonly string[];
  readonly legend: readonly Key[];
}

/** Where pictures come from. */
export interface Pictured {
  map(): MapLibre | null;
  /** The border strip with so many pixels to one of the page's; null while it isn't drawn. */
  strip(ratio: number): Explained | null;
}

/** What stands around a picture of the view; of the map, if nothing else is explained. */
export function sheetOf({ view, question, rows }: Taken, explained?: Explained): Sheet {
  const asked = phrases(question);
  return {
    title: t('take.sheet.title'),
    asked: [...(asked.length ? asked : [t('asked.everything')]), ...(explained?.asked ?? [])],
    legend: [...legendOf(explained?.marked ?? rows?.loaded ?? []), ...(explained?.legend ?? mapLegend())],
    foot: [t('app.sample'), t('about.attribution'), drawn(), viewAddress({ ...view, embed: false })],
  };
}

/** When this is taken, in words. */
export function drawn(): string {
  return t('take.sheet.drawn', { date: formatDay(new Date().toISOString(), 'day', 'long') });
}

/** Only what can be there: the categories and statuses of the reports. */
function legendOf(incidents: readonly MarkedIncident[]): Key[] {
  const categories = new Set(incidents.map(({ properties }) => properties.category));
  const statuses = new Set(incidents.map(({ properties }) => properties.status));
  return [
    ...CATEGORIES.filter((category) => categories.has(category)).map((category) => ({ mark: mark(category), words: term('category', category) })),
    ...STATUSES.filter((status) => statuses.has(status)).map((status) => ({ mark: mark('other', status), words: term('status', status) })),
  ];
}

/** What every map has. */
function mapLegend(): Key[] {
  return [
    { mark: legendMark('ring'), words: t('legend.ring') },
    ...CROSSING_STATES.map((state) => ({ mark: legendMark(`crossing-${state}`), words: t(`legend.crossing.${state}`) })),
    { mark: legendMark('border'), words: t('legend.border') },
    { mark: legendMark('river'), words: t('legend.river') },
  ];
}
