// The colours: light or dark as chosen, else as the system has them, changing when it does.

import type { Store } from '../state/store';
import type { Theme } from '../state/view';
import { device } from './device';

export class ThemeSwitch {
  readonly #store: Store;
  readonly #systemDark = matchMedia('(prefers-color-scheme: dark)');
  readonly #listeners: ((theme: Theme) => void)[] = [];
  #shown: Theme | null = null;

  constructor(store: Store) {
    this.#store = store;
    store.subscribe(() => { this.#show(); });
    device.subscribe(() => { this.#show(); });
    this.#systemDark.addEventListener('change', () => { this.#show(); });
    this.#show();
  }

  get theme(): Theme {
    return device.settings(this.#store.view).theme ?? (this.#systemDark.matches ? 'dark' : 'light');
  }

  /** For what is drawn and cannot follow by CSS: the map. */
  subscribe(listener: (theme: Theme) => void): void {
    this.#listeners.push(listener);
  }

  #show(): void {
    const { theme } = this;
    if (theme === this.#shown) return;
    this.#shown = theme;
    // page.css gives each colour for both schemes; this says which one counts.
    document.documentElement.dataset['theme'] = theme;
    for (const listener of this.#listeners) listener(theme);
  }
}
