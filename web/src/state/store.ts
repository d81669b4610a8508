// The store: holds the one View, tells listeners of each change, and keeps it level with the address.

import { formatView, parseView, unreadQuery, withPart, withoutView } from './address';
import { QUERY, type Unread } from './unread';
import type { View } from './view';

export type Listener = (view: View, before: View) => void;

/** `push` makes a step that Back undoes; `replace` is for what changes all the time (the camera). */
export type Step = 'push' | 'replace';

export class Store {
  #view: View;
  #unread: readonly Unread[];
  /** As texts: what is read again after Back is not said again. */
  readonly #dismissed = new Set<string>();
  readonly #listeners: Listener[] = [];

  constructor() {
    const first = read();
    [this.#view, this.#unread] = [first.view, first.unread];
    if (first.spare) this.#write(first.view, 'replace');
    // popstate covers Back and Forward and an edited fragment alike.
    addEventListener('popstate', () => {
      const { view, unread, typed, spare } = read();
      this.#unread = typed ? unread : unread.filter((part) => !this.#dismissed.has(JSON.stringify(part)));
      if (spare) this.#write(view, 'replace');
      this.#set(view);
    });
  }

  get view(): View {
    return this.#view;
  }

  /** What of the address could not be read, until it is dismissed. */
  get unread(): readonly Unread[] {
    return this.#unread;
  }

  subscribe(listener: Listener): void {
    this.#listeners.push(listener);
  }

  update(patch: Partial<View>, step: Step = 'push'): void {
    const next = { ...this.#view, ...patch };
    if (formatView(next) !== formatView(this.#view)) this.#write(next, step);
    this.#set(next);
  }

  /**
   * Puts right what the data show to be impossible in the address: no step of anybody's, and told like what can't be read. As
   * such it stays in the address until it is dismissed or something else is asked.
   */
  correct(view: View, unread: readonly Unread[]): void {
    this.#unread = [...this.#unread, ...unread];
    this.#set(view);
  }

  dismiss(): void {
    for (const part of this.#unread) this.#dismissed.add(JSON.stringify(part));
    this.#unread = [];
    this.#write(this.#view, 'replace');
    this.#set(this.#view);
  }

  /** Takes what was offered for a part of the address: a step of the reader's. What stood behind `?` goes behind `#`. */
  take(instead: Unread, offer: string): void {
    const { view, unread } = withPart(this.#view, offer);
    this.#unread = [...this.#unread.filter((part) => part !== instead), ...unread];
    this.#write(view, 'push', instead.key === QUERY ? withoutView(location.search) : location.search);
    this.#set(view);
  }

  #write(view: View, step: Step, search = location.search): void {
    const fragment = formatView(view);
    // The path is repeated because a bare '#…' would resolve against a <base>, and '' keeps the old one.
    const address = `${location.pathname}${search}${fragment ? `#${fragment}` : ''}`;
    // What could not be read is no longer in the address; it goes along beside it, through Back and through a new language.
    const state: State = { unread: this.#unread };
    // Inside somebody's page Back belongs to that page.
    if (step === 'push' && !view.embed) history.pushState(state, '', address);
    else history.replaceState(state, '', address);
  }

  #set(next: View): void {
    const before = this.#view;
    this.#view = next;
    for (const listener of this.#listeners) listener(next, before);
  }
}

interface State {
  readonly unread: readonly Unread[];
}

/** The address as it stands, with what was told of it; one that somebody typed has none of our state. */
function read(): { view: View; unread: readonly Unread[]; typed: boolean; spare: boolean } {
  const { view, unread, spare = false } = parseView(location.hash);
  const state = history.state as State | null;
  return { view, unread: state ? state.unread : [...unreadQuery(location.search), ...unread], typed: state === null, spare };
}
