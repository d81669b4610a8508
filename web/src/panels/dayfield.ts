// A field for a day: the browser's own in the Gregorian calendar; in the Iranian one, which no browser offers, the day in numbers.

import { calendar, formatNumber, t } from '../i18n';
import { dayInNumbers, dayOfNumbers, dayOtherwise } from '../text/dates';
import { formatDay } from '../text/format';
import { h } from './dom';
import { FieldFault } from './fault';

/** What the browser's own field takes: years of four digits, so that one still being typed is none. */
const [FIRST, LAST] = ['1000-01-01', '9999-12-31'];

export class DayField {
  readonly element: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #fault: FieldFault;
  readonly #typed = calendar() !== 'gregory';
  readonly #example = dayInNumbers(new Date().toISOString().slice(0, 10));
  readonly #changed: (day: string | null) => void;
  #day: string | null = null;

  /** `changed` is told each day that is chosen, and each time that the field is emptied. */
  constructor(id: string, label: string, changed: (day: string | null) => void) {
    this.#changed = changed;
    this.#input = this.#typed
      ? h('input', { type: 'text', id, inputmode: 'numeric', autocomplete: 'off', dir: 'ltr', placeholder: this.#example })
      : h('input', { type: 'date', id, min: FIRST, max: LAST });
    this.#fault = new FieldFault(this.#input);
    this.#input.addEventListener('change', () => {
      const day = this.#read();
      if (!this.#ask(day ?? null) && day !== undefined) this.#take(day);
    });
    // What is said is of what stood there.
    this.#input.addEventListener('input', () => { this.#fault.clear(); });
    // A day begun and left is told of nowhere else: to a page the browser's field looks empty. What is said already stays:
    // a pointer may be on its buttons.
    this.#input.addEventListener('blur', () => { if (!this.#fault.shown && this.#read() === undefined) this.#say(); });
    this.#input.addEventListener('keydown', ({ key }) => {
      if (key === 'Enter' && this.#read() === undefined) this.#say();
      if (key === 'Escape' && this.#fault.shown) this.day = this.#day;
    });
    this.element = h('div', { class: 'day-field' }, h('label', {}, label, this.#input), this.#fault.element);
  }

  /** YYYY-MM-DD, or null for none. */
  get day(): string | null {
    return this.#day;
  }

  set day(day: string | null) {
    this.#day = day;
    this.#input.value = day && this.#typed ? dayInNumbers(day) : (day ?? '');
    this.#fault.clear();
  }

  /** The day in the field, null where it is empty; undefined where what is in it is no day. */
  #read(): string | null | undefined {
    const { value, validity } = this.#input;
    if (!this.#typed) return validity.badInput || validity.rangeUnderflow || validity.rangeOverflow ? undefined : value || null;
    return value.trim() === '' ? null : (dayOfNumbers(value) ?? undefined);
  }

  #take(day: string | null): void {
    this.day = day;
    this.#changed(day);
  }

  /** A year that makes sense only in the other calendar is not guessed at: whoever typed it is asked. `day` is what it is in this one. */
  #ask(day: string | null): boolean {
    const other = dayOtherwise(this.#input.value);
    const choice = (key: 'day.other.take' | 'day.other.keep', meant: string | null): HTMLElement[] =>
      (meant ? [h('button', { type: 'button', 'data-day': meant, onclick: () => { this.#choose(meant); } }, t(key, { day: formatDay(meant) }))] : []);
    const choices = other ? [...choice('day.other.take', other.day), ...choice('day.other.keep', day)] : [];
    if (!other || !choices.length) return false;
    const words = t(this.#typed ? 'day.other.gregory' : 'day.other.persian', { year: other.year });
    this.#fault.say(words, this.#kept(), choices);
    return true;
  }

  /** The buttons go with the answer: the field is where it was asked. */
  #choose(day: string): void {
    this.#input.focus();
    this.#take(day);
  }

  #kept(): string {
    return this.#day ? formatDay(this.#day) : t('field.none');
  }

  #say(): void {
    if (this.#ask(null)) return;
    const { rangeUnderflow, rangeOverflow } = this.#input.validity;
    const half = rangeUnderflow || rangeOverflow ? t('day.range', { first: yearOf(FIRST), last: yearOf(LAST) }) : t('day.half');
    const words = this.#typed ? t('day.wrong', { example: this.#example }) : half;
    this.#fault.say(words, this.#kept());
  }
}

function yearOf(day: string): string {
  return formatNumber(Number(day.slice(0, 4)), { useGrouping: false });
}
