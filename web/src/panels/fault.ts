// What is wrong with a field, said beside it: what was typed, what would be right, and what stays in force.

import { t } from '../i18n';
import { h, replace } from './dom';

export class FieldFault {
  readonly element: HTMLElement;
  readonly #input: HTMLElement;

  constructor(input: HTMLElement) {
    this.#input = input;
    this.element = h('p', { class: 'field-fault', id: `${input.id}-fault`, role: 'alert', hidden: true });
  }

  get shown(): boolean {
    return !this.element.hidden;
  }

  /** `kept` is what is asked all the same; null where nothing is asked yet. Buttons for what may have been meant stand behind it. */
  say(words: string, kept: string | null, choices: readonly HTMLElement[] = []): void {
    const said = kept === null ? words : `${words} ${t('field.kept', { value: kept })}`;
    replace(this.element, said, ...choices.flatMap((choice) => [' ', choice]));
    this.element.hidden = false;
    this.#input.setAttribute('aria-invalid', 'true');
    this.#input.setAttribute('aria-describedby', this.element.id);
  }

  clear(): void {
    if (!this.shown) return;
    this.element.hidden = true;
    this.element.textContent = '';
    this.#input.removeAttribute('aria-invalid');
    this.#input.removeAttribute('aria-describedby');
  }
}
