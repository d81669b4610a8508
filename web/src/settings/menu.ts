// The settings: language, calendar, colours and the map's labels, in a menu of the header.

import { calendar, language, t, type MessageKey } from '../i18n';
import { TRAITS } from '../i18n/languages';
import { h } from '../panels/dom';
import type { Store } from '../state/store';
import { CALENDARS, LABELS, LANGUAGES, THEMES, type Labels, type View } from '../state/view';
import { device, storage, type Settings } from './device';

/** Says to the page that is loaded in the new language that the menu was open, and where in it. */
const REOPEN = 'bordermap:settings';

interface Choice<T extends string> {
  readonly value: T;
  readonly words: string;
  /** Where the words are not in the page's language. */
  readonly lang?: string;
}

/** A row of the menu: what is chosen from, and how the view says what is chosen. */
class ChoiceRow<T extends string> {
  readonly element: HTMLElement;
  readonly #buttons: Map<T, HTMLButtonElement>;
  readonly #chosen: (view: View) => T;

  constructor(title: MessageKey, choices: readonly Choice<T>[], chosen: (view: View) => T, choose: (value: T) => void) {
    this.#chosen = chosen;
    const id = title.replace('.', '-');
    // Buttons, not a list whose arrow keys would change the language under the reader's fingers.
    this.#buttons = new Map(choices.map(({ value, words, lang }) => [
      value,
      h('button', { type: 'button', 'data-value': value, lang: lang ?? null, onclick: () => { choose(value); } }, words),
    ]));
    this.element = h(
      'div',
      { class: 'setting', role: 'group', 'aria-labelledby': id },
      h('h2', { id }, t(title)),
      h('div', { class: 'setting-buttons' }, ...this.#buttons.values()),
    );
  }

  show(view: View): void {
    for (const [value, button] of this.#buttons) button.setAttribute('aria-pressed', String(value === this.#chosen(view)));
  }

  focus(): void {
    this.element.querySelector<HTMLElement>('[aria-pressed=true]')?.focus();
  }
}

export class SettingsMenu {
  /** The button in the header; the menu itself lies above the page. */
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;
  readonly #rows: ReturnType<typeof rows>;

  constructor(store: Store) {
    this.#rows = rows(store);
    this.button = h('button', { type: 'button', class: 'settings-button', popovertarget: 'settings' }, t('settings.title'));
    this.element = h(
      'div',
      { id: 'settings', popover: 'auto', role: 'dialog', 'aria-label': t('settings.title') },
      ...Object.values(this.#rows).map(({ element }) => element),
      h('button', { type: 'button', class: 'quiet-button', popovertarget: 'settings', popovertargetaction: 'hide' }, t('settings.close')),
    );
    store.subscribe((view) => { this.show(view); });
    device.subscribe(() => { this.show(store.view); });
    this.show(store.view);
  }

  show(view: View): void {
    for (const row of Object.values(this.#rows)) row.show(view);
  }

  /** After a change of language the reader finds the menu as it was. */
  reopen(): void {
    const session = storage('sessionStorage');
    const row = session?.getItem(REOPEN);
    session?.removeItem(REOPEN);
    if (row !== 'language' && row !== 'calendar') return;
    this.element.showPopover();
    this.#rows[row].focus();
  }
}

type Row = Pick<ChoiceRow<string>, 'element' | 'show' | 'focus'>;

function rows(store: Store): Readonly<Record<'language' | 'calendar' | 'theme' | 'labels', Row>> {
  const choose = (patch: Partial<Settings>): void => {
    const addressed = Object.fromEntries(Object.keys(patch).map((key) => [key, null])) as Partial<View>;
    // The device remembers, and the address is left to what a person sends on purpose; where it can't, the address must.
    if (device.keep(patch)) store.update(addressed, 'replace');
    else store.update(patch);
  };
  const inNewPage = (row: 'language' | 'calendar', patch: Partial<Settings>): void => {
    storage('sessionStorage')?.setItem(REOPEN, row);
    choose(patch);
  };
  return {
    language: new ChoiceRow(
      'settings.language',
      LANGUAGES.map((value) => ({ value, words: TRAITS[value].name, lang: value })),
      language,
      (value) => { inNewPage('language', { language: value }); },
    ),
    calendar: new ChoiceRow(
      'settings.calendar',
      CALENDARS.map((value) => ({ value, words: t(`calendar.${value}`) })),
      calendar,
      (value) => { inNewPage('calendar', { calendar: value === TRAITS[language()].calendar ? null : value }); },
    ),
    theme: new ChoiceRow(
      'settings.theme',
      (['system', ...THEMES] as const).map((value) => ({ value, words: t(`theme.${value}`) })),
      (view) => device.settings(view).theme ?? 'system',
      (value) => { choose({ theme: value === 'system' ? null : value }); },
    ),
    labels: new ChoiceRow<Labels>(
      'settings.labels',
      LABELS.map((value) => (value === 'local' ? { value, words: t('labels.local') } : { value, words: TRAITS[value].name, lang: value })),
      (view) => device.labels(view),
      (value) => { choose({ labels: value === 'local' ? null : value }); },
    ),
  };
}
