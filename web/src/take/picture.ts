// The picture dialog: map or strip as a PNG that says by itself what it shows, and whose the data are.

import { t } from '../i18n';
import { h, replace } from '../panels/dom';
import { whole } from '../text/format';
import { captureSharp } from './capture';
import { showDialog } from './dialog';
import { drawSheet } from './sheet';
import { sheetOf, type Pictured, type Taken } from './taken';

const SHARPNESS = [1, 2] as const;
const SUBJECTS = ['map', 'strip'] as const;

export class PictureDialog {
  readonly #taken: Taken;
  readonly #pictured: Pictured;
  readonly #subject = h('select', { id: 'picture-of', onchange: () => { void this.#draw(); } }, ...SUBJECTS.map((subject) => h('option', { value: subject }, t(`take.picture.${subject}`))));
  readonly #ratio = h('select', { id: 'picture-ratio', onchange: () => { void this.#draw(); } }, ...SHARPNESS.map((ratio) => h('option', { value: String(ratio) }, t(`take.picture.sharp.${ratio}`))));
  readonly #preview = h('div', { class: 'picture-preview', role: 'img', 'aria-label': t('take.picture.preview') });
  readonly #size = h('span', { class: 'quiet', role: 'status' });
  readonly #save = h('button', { type: 'button', class: 'primary', id: 'picture-save', onclick: () => { void this.#download(); } }, t('take.picture.save'));
  #sheet: HTMLCanvasElement | null = null;

  constructor(taken: Taken, pictured: Pictured) {
    this.#taken = taken;
    this.#pictured = pictured;
  }

  async open(): Promise<void> {
    this.#ratio.value = devicePixelRatio > 1 ? '2' : '1';
    showDialog(
      'picture',
      t('take.picture.title'),
      h('div', { class: 'dialog-row' },
        // There is a strip only while it is open.
        this.#taken.view.strip ? h('label', {}, t('take.picture'), this.#subject) : null,
        h('label', {}, t('take.picture.sharp'), this.#ratio)),
      this.#preview,
      h('p', { class: 'dialog-actions' }, this.#save, this.#size),
    );
    await this.#draw();
  }

  async #draw(): Promise<void> {
    this.#save.disabled = true;
    this.#size.textContent = t('state.loading');
    this.#sheet = await (this.#subject.value === 'strip' ? this.#strip() : this.#map());
    if (!this.#sheet) {
      this.#size.textContent = t('take.picture.none');
      return;
    }
    replace(this.#preview, this.#sheet);
    this.#size.textContent = t('take.picture.size', { width: whole(this.#sheet.width), height: whole(this.#sheet.height) });
    this.#save.disabled = false;
  }

  async #map(): Promise<HTMLCanvasElement | null> {
    const map = this.#pictured.map();
    return map && drawSheet(sheetOf(this.#taken), await captureSharp(map, this.#taken.view.point, Number(this.#ratio.value)));
  }

  async #strip(): Promise<HTMLCanvasElement | null> {
    const strip = this.#pictured.strip(Number(this.#ratio.value));
    return strip && drawSheet(sheetOf(this.#taken, strip), strip.picture);
  }

  async #download(): Promise<void> {
    const sheet = this.#sheet;
    if (!sheet) return;
    const blob = await new Promise<Blob | null>((done) => { sheet.toBlob(done, 'image/png'); });
    if (!blob) {
      this.#size.textContent = t('take.picture.none');
      return;
    }
    const address = URL.createObjectURL(blob);
    h('a', { href: address, download: `bordermap-${this.#subject.value}-${new Date().toISOString().slice(0, 10)}.png` }).click();
    // The download has begun by then, whatever its size.
    setTimeout(() => { URL.revokeObjectURL(address); }, 60_000);
  }
}
