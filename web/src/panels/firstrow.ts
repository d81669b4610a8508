// Keeps the first report in sight on a narrow screen, whatever still comes in above it, until the reader moves on.

/** By these a reader says where to look. */
const MOVES = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const;

export class FirstRow {
  readonly #scroller: HTMLElement;
  readonly #list: HTMLElement;
  #kept = false;

  /** `list` is what the report stands in, below what may grow. */
  constructor(scroller: HTMLElement, list: HTMLElement) {
    this.#scroller = scroller;
    this.#list = list;
    for (const move of MOVES) scroller.addEventListener(move, () => { this.#kept = false; }, { passive: true });
    // Fonts and the words of later answers change heights without any of them being told here.
    const sizes = new ResizeObserver(() => { this.bring(); });
    sizes.observe(scroller);
    new MutationObserver(() => {
      sizes.disconnect();
      for (const part of [scroller, ...list.children]) sizes.observe(part);
      this.bring();
    }).observe(list, { childList: true, subtree: true });
  }

  /** From now on, or no longer. */
  keep(kept: boolean): void {
    this.#kept = kept;
    this.bring();
  }

  /** Scrolls on until the report is whole above the panel's foot; one that is higher than the room begins at its top. */
  bring(): void {
    // Where nothing is found, that is the answer, and not what lies further out.
    const first = this.#kept && !this.#list.querySelector('.empty') ? this.#list.querySelector('.report') : null;
    if (!first) return;
    const { top, bottom } = first.getBoundingClientRect();
    const room = this.#scroller.getBoundingClientRect();
    const foot = this.#scroller.querySelector<HTMLElement>('.take');
    const covered = foot && getComputedStyle(foot).position === 'sticky' ? foot.offsetHeight : 0;
    const below = Math.min(bottom - (room.bottom - covered), top - room.top);
    if (below > 0) this.#scroller.scrollTop += below;
  }
}
