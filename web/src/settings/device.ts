// What this device remembers of its reader's settings. What an address says goes before it, and what the browser asks for comes after.

import { CALENDARS, LABELS, LANGUAGES, THEMES, type Labels, type View } from '../state/view';

/** What an address can say as well; null is what the browser or the language brings along. */
export type Settings = Pick<View, 'language' | 'calendar' | 'theme' | 'labels'>;

/** All that can be remembered. */
export interface Kept extends Settings {
  /** Null is as there is room for it. */
  readonly legend: Legend | null;
}

const LEGEND = ['open', 'closed'] as const;
export type Legend = (typeof LEGEND)[number];

const KEY = 'bordermap:settings';
const CHOICES = { language: LANGUAGES, calendar: CALENDARS, theme: THEMES, labels: LABELS, legend: LEGEND } as const;

export class Device {
  #settings: Kept;
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
  keep(patch: Partial<Kept>): boolean {
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

  get legend(): Legend | null {
    return this.#settings.legend;
  }

  labels(view: Settings): Labels {
    return this.settings(view).labels ?? 'local';
  }
}

/** What is stored may be of an older page, or of another one at the same address. */
function read(storage: Pick<Storage, 'getItem'> | null): Kept {
  let stored: unknown = null;
  try {
    stored = JSON.parse(storage?.getItem(KEY) ?? 'null');
  } catch {
    // Refused or damaged: then nothing is remembered.
  }
  const said = (stored ?? {}) as Partial<Record<keyof Kept, unknown>>;
  const known = <T extends string>(key: keyof Kept, values: readonly T[]): T | null => values.find((value) => value === said[key]) ?? null;
  return {
    language: known('language', CHOICES.language),
    calendar: known('calendar', CHOICES.calendar),
    theme: known('theme', CHOICES.theme),
    labels: known('labels', CHOICES.labels),
    legend: known('legend', CHOICES.legend),
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
