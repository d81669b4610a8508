// A field for a number in whatever digits and marks its reader uses; it never shows what isn't in force without saying so.

import { faultWords, readNumber, writeNumber, type Bounds } from '../text/numbers';
import { h } from './dom';
import { FieldFault } from './fault';

export interface NumberFieldOptions {
  readonly id: string;
  /** Its name, where no label stands beside it. */
  readonly label?: string;
  /** The bounds may become known later, as the length of the border does. */
  readonly bounds: () => Bounds;
  /** What is in force, in words. */
  readonly words: (value: number) => string;
}

export class NumberField {
  readonly input: HTMLInputElement;
  readonly fault: FieldFault;
  readonly #options: NumberFieldOptions;
  #value: number | null = null;

  /** `changed` is told each number that is taken, when the field is left or Enter pressed; without it the field is read on demand. */
  constructor(options: NumberFieldOptions, changed?: (value: number) => void) {
    this.#options = options;
    const { id, label = null } = options;
    this.input = h('input', { type: 'text', id, class: 'number', inputmode: 'decimal', autocomplete: 'off', dir: 'ltr', 'aria-label': label });
    this.fault = new FieldFault(this.input);
    this.input.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape' && this.#value !== null && this.fault.shown) this.#write(this.#value);
    });
    if (!changed) return;
    this.input.addEventListener('change', () => {
      const value = this.read();
      if (value === null) return;
      this.#write(value);
      changed(value);
    });
  }

  /** Shows what is in force. What was typed wrongly stays to be corrected until that changes. */
  show(value: number): void {
    if (value === this.#value && this.fault.shown) return;
    const same = value === this.#value && document.activeElement === this.input;
    this.#value = value;
    // A number that is being typed is not overwritten by the one that it is to replace.
    if (!same || this.input.value === '') this.#write(value);
  }

  /** Shows another number at once, such as a slider's. */
  follow(value: number): void {
    this.#write(value);
  }

  /** The number typed; null after saying beside the field why it isn't taken. */
  read(): number | null {
    const bounds = this.#options.bounds();
    const reading = readNumber(this.input.value, bounds);
    if ('value' in reading) {
      this.fault.clear();
      return reading.value;
    }
    this.fault.say(faultWords(this.input.value, reading, bounds), this.#value === null ? null : this.#options.words(this.#value));
    return null;
  }

  #write(value: number): void {
    this.fault.clear();
    const text = writeNumber(value);
    if (this.input.value !== text) this.input.value = text;
  }
}
