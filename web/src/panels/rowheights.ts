// Where the rows of a long list lie: each as high as it was measured, those not drawn yet as high as the first were on average.

export class RowHeights {
  /** By a row's place; holes are rows never measured. */
  readonly #measured: number[] = [];
  /** Tops of the first rows, as far as they were asked for since a height before them changed. */
  readonly #tops = [0];
  #usual = 0;
  /** By how much the measured rows are higher than as many usual ones. */
  #excess = 0;

  /** All is forgotten; until rows are measured each is taken to be so high. */
  reset(usual: number): void {
    this.#measured.length = 0;
    this.#tops.length = 1;
    [this.#usual, this.#excess] = [usual, 0];
  }

  knows(index: number): boolean {
    return this.#measured[index] !== undefined;
  }

  /** Takes the heights of rows; whether any is another than it was taken to be. */
  measure(heights: ReadonlyMap<number, number>): boolean {
    // What the first rows are is the best guess about all others. It stays, or the list would move under the reader.
    if (!this.#measured.length && heights.size) {
      this.#usual = [...heights.values()].reduce((sum, height) => sum + height, 0) / heights.size;
      this.#tops.length = 1;
    }
    let changed = false;
    for (const [index, height] of heights) {
      const before = this.#measured[index];
      if (before === height) continue;
      this.#measured[index] = height;
      this.#excess += height - (before ?? this.#usual);
      this.#tops.length = Math.min(this.#tops.length, index + 1);
      changed = true;
    }
    return changed;
  }

  /** Where a row begins, from the list's top. */
  top(index: number): number {
    for (let i = this.#tops.length; i <= index; i++) this.#tops.push((this.#tops[i - 1] ?? 0) + this.height(i - 1));
    return this.#tops[index] ?? 0;
  }

  height(index: number): number {
    return this.#measured[index] ?? this.#usual;
  }

  /** How high so many rows are. */
  total(count: number): number {
    return count * this.#usual + this.#excess;
  }

  /** The row that lies there, of so many. */
  at(y: number, count: number): number {
    let [low, high] = [0, Math.max(0, count - 1)];
    while (this.#tops.length <= high && this.top(this.#tops.length - 1) <= y) this.top(this.#tops.length);
    high = Math.min(high, this.#tops.length - 1);
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.top(middle) <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
