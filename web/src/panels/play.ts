// Plays the reports through time: a window that moves, or one that grows, month by month.

import { t } from '../i18n';
import { PLAY_MODES, beginPlay, stepPlay, type Days, type PlayMode } from '../state/months';
import { h } from './dom';

/** Months a second. */
const SPEEDS = [1, 2, 4] as const;

/** As the filter has them: null leaves an end open. */
type Asked = Readonly<Record<'from' | 'to', string | null>>;

export interface PlayEvents {
  days(days: Asked, step: 'push' | 'replace'): void;
}

/** What was asked before it began to play; and, once it has moved on, what it asked last. */
interface Run {
  readonly before: Asked;
  readonly shown: Asked | null;
}

export class Play {
  readonly element: HTMLElement;
  readonly #events: PlayEvents;
  readonly #button = h('button', { type: 'button', class: 'play', id: 'play', onclick: () => { this.#toggle(); } });
  readonly #stop = h('button', { type: 'button', class: 'step', id: 'play-stop', hidden: true, 'aria-label': t('play.stop'), title: t('play.stop'), onclick: () => { this.stop(); } }, '■');
  readonly #mode = h('select', { id: 'play-mode', 'aria-label': t('play.mode') }, ...PLAY_MODES.map((mode) => h('option', { value: mode }, t(`play.${mode}`))));
  readonly #speed = h('select', { id: 'play-speed', 'aria-label': t('play.speed') }, ...SPEEDS.map((speed) => h('option', { value: String(speed) }, t('play.rate', { n: speed }))));
  #timer: ReturnType<typeof setInterval> | null = null;
  #asked: Asked = { from: null, to: null };
  #days: Days | null = null;
  #all: Days | null = null;
  #busy = false;
  /** From the press of Play until the days are chosen in another way: pausing doesn't end it. */
  #run: Run | null = null;

  constructor(events: PlayEvents) {
    this.#events = events;
    const step = (by: 1 | -1, key: 'play.back' | 'play.forward', sign: string): HTMLElement =>
      h('button', { type: 'button', class: 'step', 'aria-label': t(key), title: t(key), onclick: () => { this.pause(); this.#step(by, true); } }, sign);
    this.#speed.addEventListener('change', () => { if (this.#timer !== null) this.#start(); });
    // Whoever asked for less motion steps by hand.
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#button.hidden = this.#speed.hidden = still;
    this.element = h('div', { class: 'playing', role: 'group', 'aria-label': t('play.label') }, step(-1, 'play.back', '‹'), this.#button, this.#stop, step(1, 'play.forward', '›'), this.#mode, this.#speed);
    this.#name();
  }

  /** `busy` while the answer to the last step is under way: a slow server isn't hurried. */
  show(asked: Asked, all: Days, busy: boolean): void {
    const { from, to } = asked;
    const days = from !== null || to !== null ? { from: from ?? all.from, to: to ?? all.to } : null;
    [this.#asked, this.#days, this.#all, this.#busy] = [asked, days, all, busy];
    const expected = this.#run && (this.#run.shown ?? this.#run.before);
    if (!expected || (expected.from === from && expected.to === to)) return;
    // Chosen by a hand, or by Back: that is where one is now.
    this.#run = null;
    this.pause();
  }

  pause(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#name();
  }

  /** Ends it, and shows again what was asked before it played. */
  stop(): void {
    const run = this.#run;
    this.#run = null;
    this.pause();
    if (run?.shown) this.#events.days(run.before, 'replace');
    this.#button.focus();
  }

  #toggle(): void {
    if (this.#timer !== null) {
      this.pause();
      return;
    }
    if (!this.#all) return;
    this.#run ??= { before: this.#asked, shown: null };
    this.#move(beginPlay(this.#days, this.#chosenMode(), this.#all));
    this.#start();
  }

  /** However far it plays, it is one step, which Back takes: what was brushed stays behind it. */
  #move({ from, to }: Days): void {
    if (!this.#run || (from === this.#asked.from && to === this.#asked.to)) return;
    const step = this.#run.shown ? 'replace' : 'push';
    this.#run = { ...this.#run, shown: { from, to } };
    this.#events.days({ from, to }, step);
  }

  #start(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = setInterval(() => { if (!this.#busy) this.#step(1); }, 1000 / Number(this.#speed.value));
    this.#name();
  }

  /** A month further; by a hand it is a step of its own. */
  #step(by: 1 | -1, byHand = false): void {
    if (!this.#all) return;
    const next = this.#days ? stepPlay(this.#days, this.#chosenMode(), this.#all, by) : beginPlay(null, this.#chosenMode(), this.#all);
    if (!next) this.pause();
    else if (byHand) this.#events.days(next, 'push');
    else this.#move(next);
  }

  #chosenMode(): PlayMode {
    return PLAY_MODES.find((mode) => mode === this.#mode.value) ?? 'window';
  }

  #name(): void {
    const playing = this.#timer !== null;
    this.#stop.hidden = this.#run === null;
    this.#button.textContent = playing ? '❚❚' : '▶';
    this.#button.setAttribute('aria-label', t(playing ? 'play.pause' : 'play.play'));
  }
}
