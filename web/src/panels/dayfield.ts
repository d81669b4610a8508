// A field for a day: the browser's own in the Gregorian calendar; in the Iranian one, which no browser offers, the day in numbers.

import { calendar, t } from '../i18n';
import { dayInNumbers, dayOfNumbers } from '../text/dates';
import { h } from './dom';

export class DayField {
  readonly element: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #typed = calendar() !== 'gregory';
  #day: string | null = null;

  /** `changed` is told each day that is chosen, and each time that the field is emptied. */
  constructor(id: string, label: string, changed: (day: string | null) => void) {
    const example = dayInNumbers(new Date().toISOString().slice(0, 10));
    this.#input = this.#typed
      ? h('input', { type: 'text', id, inputmode: 'numeric', autocomplete: 'off', dir: 'ltr', placeholder: example })
      : h('input', { type: 'date', id });
    this.#input.addEventListener('change', () => {
      const { value } = this.#input;
      const day = this.#typed ? dayOfNumbers(value) : value || null;
      const wrong = this.#typed && day === null && value.trim() !== '';
      if (wrong) {
        this.#input.setCustomValidity(t('day.wrong', { example }));
        this.#input.setAttribute('aria-invalid', 'true');
        this.#input.reportValidity();
        return;
      }
      this.day = day;
      changed(day);
    });
    this.element = h('label', {}, label, this.#input);
  }

  /** YYYY-MM-DD, or null for none. */
  get day(): string | null {
    return this.#day;
  }

  set day(day: string | null) {
    this.#day = day;
    this.#input.value = day && this.#typed ? dayInNumbers(day) : (day ?? '');
    this.#input.setCustomValidity('');
    this.#input.removeAttribute('aria-invalid');
  }
}
