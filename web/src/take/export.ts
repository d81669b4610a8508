// The export dialog: a layer, a format, the selection or all of it, as a download, an address and a curl line.

import { ApiError, collections, count } from '../api/client';
import { exportable, fitting, type Exportable } from '../api/description';
import { exportAddress, type Question } from '../api/query';
import type { Collection } from '../api/types';
import { t, term, tn, type MessageKey } from '../i18n';
import { h, replace, writtenIn } from '../panels/dom';
import { sayLayer } from '../text/gazetteer';
import { problemBox } from '../panels/problem';
import { CopyField, showDialog } from './dialog';
import { phrases } from './words';

export class ExportDialog {
  readonly #question: Question;
  readonly #layer = h('select', { id: 'export-layer', onchange: () => { void this.#layerChosen(); } });
  readonly #format = h('select', { id: 'export-format', onchange: () => { this.#render(); } });
  readonly #selection = this.#choice('selection');
  readonly #whole = this.#choice('whole');
  readonly #asked = h('ul', { class: 'asked' });
  readonly #address = new CopyField('export-address', t('take.export.address'), 2);
  readonly #curl = new CopyField('export-curl', t('take.export.curl'), 3);
  readonly #rights = h('div', { class: 'rights quiet' });
  readonly #download = h('a', { class: 'button primary', download: true, id: 'export-download' }, t('take.export.download'));
  readonly #fault = h('div', { role: 'alert' });
  #layers: readonly Collection[] = [];
  #exportable: Exportable | null = null;
  #refused = false;
  /** The question as far as the layer chosen understands it. */
  #fitted: Question;

  constructor(question: Question) {
    this.#question = this.#fitted = question;
    this.#selection.input.checked = true;
    this.#selection.words.textContent = t('take.export.selection');
    this.#whole.words.textContent = t('take.export.whole');
  }

  async open(): Promise<void> {
    showDialog(
      'export',
      t('take.export.title'),
      h('div', { class: 'dialog-row' },
        h('label', {}, t('take.export.layer'), this.#layer),
        h('label', {}, t('take.export.format'), this.#format)),
      h('fieldset', { class: 'choices' }, h('legend', {}, t('take.export.what')), this.#selection.element, this.#asked, this.#whole.element),
      this.#fault,
      h('p', { class: 'dialog-actions' }, this.#download),
      h('details', { open: true }, h('summary', {}, t('take.export.scripts')), this.#address.element, this.#curl.element),
      this.#rights,
    );
    await this.#during(async () => {
      this.#layers = await collections();
      const option = ({ id, title }: Collection): HTMLElement => h('option', { value: id }, sayLayer(id, title).text);
      const group = (label: MessageKey, role: string): HTMLElement =>
        h('optgroup', { label: t(label) }, ...this.#layers.filter((layer) => layer.role === role).map(option));
      replace(this.#layer, group('take.export.data', 'data'), group('take.export.ground', 'base-map'));
      this.#layer.value = 'incidents';
    });
    await this.#layerChosen();
  }

  #choice(value: string): { element: HTMLElement; input: HTMLInputElement; words: HTMLElement; number: HTMLElement } {
    const input = h('input', { type: 'radio', name: 'export-what', value, onchange: () => { this.#render(); } });
    const [words, number] = [h('span', {}), h('strong', {})];
    return { element: h('label', { class: 'choice' }, input, words, number), input, words, number };
  }

  /** What a layer offers, and how much of it the question selects. */
  async #layerChosen(): Promise<void> {
    const layer = this.#layers.find(({ id }) => id === this.#layer.value);
    if (!layer) return;
    for (const { number } of [this.#selection, this.#whole]) number.textContent = '';
    await this.#during(async () => {
      this.#exportable = await exportable(layer.id);
      this.#fitted = fitting(this.#question, this.#exportable, layer);
      const kept = this.#format.value;
      const { formats } = this.#exportable;
      replace(this.#format, ...formats.map((name) => h('option', { value: name }, term('format', name))));
      this.#format.value = formats.includes(kept) ? kept : (formats[0] ?? '');
      this.#render();
      const [selected, all] = await Promise.all([count(layer.id, this.#fitted), count(layer.id, null)]);
      if (layer.id !== this.#layer.value) return;
      this.#selection.number.textContent = tn('features', selected);
      this.#whole.number.textContent = tn('features', all);
    });
  }

  #render(): void {
    const layer = this.#layers.find(({ id }) => id === this.#layer.value);
    const format = this.#format.value;
    if (!layer || !format) return;
    const asked = phrases(this.#fitted);
    const without = phrases(this.#question).filter((phrase) => !asked.includes(phrase));
    this.#selection.words.textContent = t(asked.length ? 'take.export.selection' : 'take.export.everything');
    this.#whole.words.textContent = t('take.export.whole');
    replace(
      this.#asked,
      ...asked.map((phrase) => h('li', {}, phrase)),
      ...without.map((phrase) => h('li', { class: 'without' }, t('take.export.without', { phrase }))),
    );
    const path = exportAddress(layer.id, this.#selection.input.checked ? this.#fitted : null, format);
    const address = new URL(path, document.baseURI).href;
    const refused = this.#refused && this.#selection.input.checked;
    if (refused) this.#download.removeAttribute('href');
    else this.#download.href = address;
    this.#download.setAttribute('aria-disabled', String(refused));
    if (refused) this.#selection.number.textContent = t('count.unanswered');
    this.#address.show(address);
    this.#curl.show(curlLine(address));
    const licences = layer.licences.map(({ title }) => title).filter(Boolean);
    // The names of sources and licences are English, and a paragraph of another language would turn their parts around.
    const english = (text: string): HTMLElement => h('p', writtenIn(text), text);
    replace(this.#rights, layer.attribution ? english(layer.attribution) : null, ...(licences.length ? [h('p', {}, t('take.export.licence')), english(licences.join(' · '))] : []));
  }

  async #during(task: () => Promise<void>): Promise<void> {
    replace(this.#fault);
    this.#refused = false;
    try {
      await task();
    } catch (cause) {
      // What the server refuses to count it refuses to export: a download would be the refusal, kept as a file.
      this.#refused = cause instanceof ApiError && cause.refusal !== null;
      replace(this.#fault, problemBox(cause));
    }
    this.#render();
  }
}

/**
 * A line for a POSIX shell; it fails where the server refuses, instead of keeping the refusal as a file.
 * The server names the file by what is in it, as it does for a browser.
 */
export function curlLine(address: string): string {
  return `curl --fail --location --remote-name --remote-header-name '${address.replaceAll("'", String.raw`'\''`)}'`;
}
