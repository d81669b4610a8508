// The dialogs in which something is taken away, and the fields that are copied from.

import { t } from '../i18n';
import { h, type Child } from '../panels/dom';

/** Opens a modal dialog; closing it (its button, Escape, a press beside it) takes it out of the page. */
export function showDialog(name: string, title: string, ...children: Child[]): HTMLDialogElement {
  const heading = h('h2', { id: 'dialog-title', tabindex: '-1', autofocus: true }, title);
  const close = h('button', { type: 'button', class: 'dialog-close', 'aria-label': t('take.close'), onclick: () => { dialog.close(); } }, '×');
  const dialog = h('dialog', { class: `dialog dialog-${name}`, 'aria-labelledby': 'dialog-title' }, h('div', { class: 'dialog-head' }, heading, close), ...children);
  dialog.addEventListener('close', () => { dialog.remove(); });
  dialog.addEventListener('click', (event) => {
    // Everything inside has an element of its own; only the backdrop's presses reach the dialog itself.
    if (event.target === dialog && isBeside(dialog, event)) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function isBeside(dialog: HTMLElement, { clientX, clientY }: MouseEvent): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

/** A text to be copied, such as an address, with the button that does it. */
export class CopyField {
  readonly element: HTMLElement;
  readonly #field: HTMLTextAreaElement;
  readonly #said = h('span', { class: 'quiet', role: 'status' });

  constructor(id: string, label: string, rows: number) {
    this.#field = h('textarea', { id, rows: String(rows), readonly: true, dir: 'ltr', spellcheck: 'false' });
    const button = h('button', { type: 'button', 'data-copies': id, onclick: () => { void this.#copy(); } }, t('take.copy'));
    this.element = h('div', { class: 'copy' }, h('div', { class: 'copy-head' }, h('label', { for: id }, label), this.#said, button), this.#field);
  }

  show(text: string): void {
    this.#field.value = text;
    this.#said.textContent = '';
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#field.value);
      this.#said.textContent = t('take.copied');
    } catch {
      // Pages that came over plain HTTP from another host may not write the clipboard.
      this.#field.select();
      this.#said.textContent = t('take.copy.hand');
    }
  }
}
