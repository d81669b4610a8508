// What the page's code must know as its stylesheets do: how large the reader's letters are, and how the page is laid out.

/** The letters of a browser that nobody set otherwise, in CSS pixels. */
const USUAL_PX = 16;

/** How much larger than usual the reader's letters are; sizes that the stylesheets don't know are multiplied by it. */
export function textScale(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_PX;
}

/** Whether the map lies above the panel and not beside it: the same condition as in page.css. */
export function isStacked(): boolean {
  const [width, height] = [innerWidth, innerHeight].map((px) => px / (USUAL_PX * textScale()));
  return stackedAt(width ?? 0, height ?? 0);
}

/** The condition itself, for a page of so many rem. */
export function stackedAt(widthRem: number, heightRem: number): boolean {
  return widthRem < 36 || (widthRem < 47.5 && heightRem >= 30);
}
