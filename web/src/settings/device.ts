// What this device remembers of its reader's settings. What an address says goes before it, and what the browser asks for comes after.

import { CALENDARS, LABELS, LANGUAGES, THEMES, type Labels, type View } from '../state/view';

/** What can be remembered; null is what the browser or the language brings along. */
export type Settings = Pick<View, 'language' | 'calendar' | 'theme' | 'labels'>;

const KEY = 'bordermap:settings';
const CHOICES = { language: LANGUAGES, calendar: CALENDARS, theme: THEMES, labels: LABELS } as const;

export class Device {
  #settings: Settings;
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'> | null;
  readonly #listeners: (() => void)[] = [];

  /** `storage` is null where the browser refuses it. */
  constructor(storage: Pick<Storage, 'getItem' | 'setItem'> | null) {
    this.#storage = storage;
    this.#settings = read(storage);
  }

  subscribe(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Remembers settings; false where it can't, and then nothing has changed. */
  keep(patch: Partial<Settings>): boolean {
    const next = { ...this.#settings, ...patch };
    try {
      if (!this.#storage) return false;
      this.#storage.setItem(KEY, JSON.stringify(next));
    } catch {
      return false;
    }
    this.#settings = next;
    for (const listener of this.#listeners) listener();
    return true;
  }

  /** The settings of a view: the address's own before the device's. */
  settings(view: Settings): Settings {
    const { language, calendar, theme, labels } = this.#settings;
    return {
      language: view.language ?? language,
      calendar: view.calendar ?? calendar,
      theme: view.theme ?? theme,
      labels: view.labels ?? labels,
    };
  }

  labels(view: Settings): Labels {
    return this.settings(view).labels ?? 'local';
  }
}

/** What is stored may be of an older page, or of another one at the same address. */
function read(storage: Pick<Storage, 'getItem'> | null): Settings {
  let stored: unknown = null;
  try {
    stored = JSON.parse(storage?.getItem(KEY) ?? 'null');
  } catch {
    // Refused or damaged: then nothing is remembered.
  }
  const said = (stored ?? {}) as Partial<Record<keyof Settings, unknown>>;
  const known = <T extends string>(key: keyof Settings, values: readonly T[]): T | null => values.find((value) => value === said[key]) ?? null;
  return {
    language: known('language', CHOICES.language),
    calendar: known('calendar', CHOICES.calendar),
    theme: known('theme', CHOICES.theme),
    labels: known('labels', CHOICES.labels),
  };
}

/** A storage of the browser, or null where it is refused: asking for it may throw. */
export function storage(kind: 'localStorage' | 'sessionStorage'): Storage | null {
  try {
    return globalThis[kind];
  } catch {
    return null;
  }
}

/** The page's one device. */
export const device = new Device(storage('localStorage'));
