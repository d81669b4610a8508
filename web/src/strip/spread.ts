// Places labels along an axis so that none lies on another; those that would stand too far from their place are left out.

export interface Placed<T> {
  readonly item: T;
  /** Where the label stands, in pixels. */
  readonly at: number;
}

/** `places` in order; those with the least weight give way first. */
export function spread<T>(
  places: readonly { readonly item: T; readonly at: number; readonly weight: number }[],
  gap: number,
  [least, most]: readonly [number, number],
  slack: number,
): Placed<T>[] {
  const left = [...places];
  for (;;) {
    const placed = pushed(left.map(({ at }) => at), gap, least, most);
    const off = placed.map((at, i) => Math.abs(at - (left[i]?.at ?? at)));
    if (off.every((px) => px <= slack)) return left.map(({ item }, i) => ({ item, at: placed[i] ?? 0 }));
    left.splice(weakest(left, off, slack), 1);
  }
}

/** Downwards until none overlaps, then back from the end. */
function pushed(wanted: readonly number[], gap: number, least: number, most: number): number[] {
  const at = [...wanted];
  for (let i = 0; i < at.length; i++) at[i] = Math.max(at[i] ?? 0, i ? (at[i - 1] ?? 0) + gap : least);
  for (let i = at.length - 1; i >= 0; i--) at[i] = Math.min(at[i] ?? 0, i < at.length - 1 ? (at[i + 1] ?? 0) - gap : most);
  return at;
}

/** Of the crowd around the first label that had to go too far, the one that matters least. */
function weakest(left: readonly { readonly weight: number }[], off: readonly number[], slack: number): number {
  const first = off.findIndex((px) => px > slack);
  let found = first;
  for (let i = Math.max(0, first - 2); i <= Math.min(left.length - 1, first + 2); i++) {
    if ((left[i]?.weight ?? 0) < (left[found]?.weight ?? 0)) found = i;
  }
  return found;
}
