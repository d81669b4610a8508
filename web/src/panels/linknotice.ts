// Says what of the address could not be read, what would be right, and what counts instead; until it is dismissed.

import { t } from '../i18n';
import { CORNERS_MAX, EXTENT, INITIAL_VIEW, RADIUS_M_MAX, RADIUS_M_MIN, TEXT_MAX, WINDOW_DAYS_MAX, type View } from '../state/view';
import { DOUBTS, QUERY, type Unread } from '../state/unread';
import { decimal, formatDay, formatExact, whole } from '../text/format';
import { h, replace } from './dom';

/** An address can be as long as a novel; so much of a part tells which one is meant. */
const VALUE_MAX = 80;

export interface LinkNoticeEvents {
  dismiss(): void;
  /** What was offered for a part of the address. */
  take(instead: Unread, offer: string): void;
}

export class LinkNotice {
  readonly element = h('div', { class: 'link-notice', role: 'alert', hidden: true });
  readonly #events: LinkNoticeEvents;
  #shown: readonly Unread[] = [];

  constructor(events: LinkNoticeEvents) {
    this.#events = events;
  }

  /** `alone` is shown where there is no panel. */
  show({ embed }: View, unread: readonly Unread[], alone: HTMLElement): void {
    if (embed && this.element.parentElement !== alone) alone.prepend(this.element);
    if (unread === this.#shown) return;
    this.#shown = unread;
    this.element.hidden = unread.length === 0;
    const doubtful = unread.every(({ fault }) => DOUBTS.includes(fault));
    replace(
      this.element,
      h('p', {}, h('strong', {}, t(doubtful ? 'link.doubt' : 'link.title'))),
      h('ul', {}, ...unread.map((part) => this.#line(part))),
      h('button', { type: 'button', id: 'link-dismiss', onclick: () => { this.#events.dismiss(); } }, t('link.dismiss')),
    );
  }

  #line(part: Unread): HTMLElement {
    const { key, fault, right, km } = part;
    const why = t(`link.${fault}`, { ...limits(part), ...(km !== undefined && { km: decimal(km, 1) }) });
    return h('li', { 'data-key': key }, code(written(part)), `: ${why}`, ...examples(fault, right), ...this.#offers(part));
  }

  #offers(part: Unread): (Node | string)[] {
    const { offers = [] } = part;
    if (!offers.length) return [];
    const take = (offer: string): HTMLElement => h('button', { type: 'button', class: 'link', onclick: () => { this.#events.take(part, offer); } }, code(`#${offer}`));
    return [` ${t('link.offer')}`, ...offers.flatMap((offer) => [' ', take(offer)])];
  }
}

/** As it stood in the address, so much of it as tells which part is meant. */
function written({ key, value, fault }: Unread): string {
  const said = value.length > VALUE_MAX ? `${value.slice(0, VALUE_MAX)}…` : value;
  if (key === QUERY) return `?${said}`;
  return said || fault !== 'key' ? `${key}=${said}` : key;
}

/** A part of an address reads from the left in every language. */
function code(text: string): HTMLElement {
  return h('code', { dir: 'ltr' }, text);
}

function examples(fault: Unread['fault'], right: readonly string[]): (Node | string)[] {
  if (!right.length) return [];
  return [` ${t(fault === 'choice' ? 'link.oneof' : 'link.right')} `, ...right.flatMap((text, i) => (i ? [' ', code(text)] : [code(text)]))];
}

/** The numbers in a fault's words, from where they are kept. */
function limits({ fault, value }: Unread): Readonly<Record<string, string | number>> {
  switch (fault) {
    case 'camera.outside': {
      const [west, east] = [EXTENT.west, EXTENT.east].map((degrees) => t('position.east', { degrees: whole(degrees) })) as [string, string];
      const [south, north] = [EXTENT.south, EXTENT.north].map((degrees) => t('position.north', { degrees: whole(degrees) })) as [string, string];
      return { west, east, south, north };
    }
    case 'day.early':
      return { day: formatDay(value.slice(0, 10)) };
    case 'radius':
      return { radius: formatExact(INITIAL_VIEW.radiusM) };
    case 'radius.range':
    case 'corridor.width':
      return { least: formatExact(RADIUS_M_MIN), most: formatExact(RADIUS_M_MAX) };
    case 'polygon':
      return { n: CORNERS_MAX };
    case 'compare':
      return { n: WINDOW_DAYS_MAX };
    case 'text':
      return { n: TEXT_MAX };
    default:
      return {};
  }
}
