// Plays the reports through time: a window that moves, or one that grows, month by month.

import { t } from '../i18n';
import { PLAY_MODES, beginPlay, stepPlay, type Days, type PlayMode } from '../state/months';
import { h } from './dom';

/** Months a second. */
const SPEEDS = [1, 2, 4] as const;

export interface PlayEvents {
  days(days: Days, step: 'push' | 'replace'): void;
}

export class Play {
  readonly element: HTMLElement;
  readonly #events: PlayEvents;
  readonly #button = h('button', { type: 'button', class: 'play', id: 'play', onclick: () => { this.#toggle(); } });
  readonly #mode = h('select', { id: 'play-mode', 'aria-label': t('play.mode') }, ...PLAY_MODES.map((mode) => h('option', { value: mode }, t(`play.${mode}`))));
  readonly #speed = h('select', { id: 'play-speed', 'aria-label': t('play.speed') }, ...SPEEDS.map((speed) => h('option', { value: String(speed) }, t('play.rate', { n: speed }))));
  #timer: ReturnType<typeof setInterval> | null = null;
  #days: Days | null = null;
  #all: Days | null = null;
  #busy = false;

  constructor(events: PlayEvents) {
    this.#events = events;
    const step = (by: 1 | -1, key: 'play.back' | 'play.forward', sign: string): HTMLElement =>
      h('button', { type: 'button', class: 'step', 'aria-label': t(key), title: t(key), onclick: () => { this.pause(); this.#step(by, 'push'); } }, sign);
    this.#speed.addEventListener('change', () => { if (this.#timer !== null) this.#start(); });
    // Whoever asked for less motion steps by hand.
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#button.hidden = this.#speed.hidden = still;
    this.element = h('div', { class: 'playing', role: 'group', 'aria-label': t('play.label') }, step(-1, 'play.back', '‹'), this.#button, step(1, 'play.forward', '›'), this.#mode, this.#speed);
    this.#name();
  }

  /** `busy` while the answer to the last step is under way: a slow server isn't hurried. */
  show(days: Days | null, all: Days, busy: boolean): void {
    [this.#days, this.#all, this.#busy] = [days, all, busy];
    // Clear the days, and there is nothing to play.
    if (!days) this.pause();
  }

  pause(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#name();
  }

  #toggle(): void {
    if (this.#timer !== null) {
      this.pause();
      return;
    }
    if (!this.#all) return;
    // One step back leads to where it was before it played.
    this.#events.days(beginPlay(this.#days, this.#chosenMode(), this.#all), 'push');
    this.#start();
  }

  #start(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = setInterval(() => { if (!this.#busy) this.#step(1, 'replace'); }, 1000 / Number(this.#speed.value));
    this.#name();
  }

  #step(by: 1 | -1, step: 'push' | 'replace'): void {
    if (!this.#all) return;
    const next = this.#days ? stepPlay(this.#days, this.#chosenMode(), this.#all, by) : beginPlay(null, this.#chosenMode(), this.#all);
    if (next) this.#events.days(next, step);
    else this.pause();
  }

  #chosenMode(): PlayMode {
    return PLAY_MODES.find((mode) => mode === this.#mode.value) ?? 'window';
  }

  #name(): void {
    const playing = this.#timer !== null;
    this.#button.textContent = playing ? '❚❚' : '▶';
    this.#button.setAttribute('aria-label', t(playing ? 'play.pause' : 'play.play'));
  }
}
