// The store: holds the one View, tells listeners of each change, and keeps it level with the address.

import { formatView, parseView } from './address';
import type { View } from './view';

export type Listener = (view: View, before: View) => void;

/** `push` makes a step that Back undoes; `replace` is for what changes all the time (the camera). */
export type Step = 'push' | 'replace';

export class Store {
  #view: View;
  readonly #listeners: Listener[] = [];

  constructor() {
    this.#view = parseView(location.hash);
    const read = (): void => {
      this.#set(parseView(location.hash));
    };
    // popstate covers Back and Forward and an edited fragment alike.
    addEventListener('popstate', read);
  }

  get view(): View {
    return this.#view;
  }

  subscribe(listener: Listener): void {
    this.#listeners.push(listener);
  }

  update(patch: Partial<View>, step: Step = 'push'): void {
    const next = { ...this.#view, ...patch };
    const fragment = formatView(next);
    if (fragment !== formatView(this.#view)) {
      // The path is repeated because a bare '#…' would resolve against a <base>, and '' keeps the old one.
      const address = `${location.pathname}${location.search}${fragment ? `#${fragment}` : ''}`;
      // Inside somebody's page Back belongs to that page.
      if (step === 'push' && !next.embed) history.pushState(null, '', address);
      else history.replaceState(null, '', address);
    }
    this.#set(next);
  }

  #set(next: View): void {
    const before = this.#view;
    this.#view = next;
    for (const listener of this.#listeners) listener(next, before);
  }
}
