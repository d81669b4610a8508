// Draws a picture with all that it needs to stand alone: title, what is asked, legend, attribution, date.

import { cssColour, type Picture } from './capture';
import { drawSvg } from './svg';

/** One line of the legend. */
export interface Key {
  readonly mark: SVGElement;
  readonly words: string;
}

export interface Sheet {
  readonly title: string;
  /** What is asked, a phrase each. */
  readonly asked: readonly string[];
  readonly legend: readonly Key[];
  /** Whose the data are, when it was drawn, where it can be seen. */
  readonly foot: readonly string[];
}

const FONT = 'Vazirmatn, sans-serif';
const MARGIN = 16;
const MARK = 16;
const TITLE = { font: `700 20px ${FONT}`, line: 28 };
const TEXT = { font: `14px ${FONT}`, line: 20 };
const SMALL = { font: `11px ${FONT}`, line: 16 };

type Pen = CanvasRenderingContext2D;
interface Placed {
  readonly key: Key;
  readonly x: number;
  readonly row: number;
}

/** The sheet, as wide as the picture, in the picture's pixels. The page's direction is the sheet's. */
export async function drawSheet(sheet: Sheet, { canvas: picture, ratio }: Picture): Promise<HTMLCanvasElement> {
  const words = [sheet.title, ...sheet.asked, ...sheet.legend.map((key) => key.words), ...sheet.foot].join('');
  // A canvas draws with what fonts are there; it doesn't wait for them.
  await Promise.all([TITLE, TEXT, SMALL].map(({ font }) => document.fonts.load(font, words)));
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  if (!pen) return canvas;
  const width = picture.width / ratio;
  const plan = planSheet(pen, sheet, width);
  const height = plan.pictureTop + picture.height / ratio + plan.below;
  [canvas.width, canvas.height] = [picture.width, Math.ceil(height * ratio)];
  pen.fillStyle = cssColour('--bg');
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, Math.round(plan.pictureTop * ratio));
  pen.scale(ratio, ratio);
  paint(pen, sheet, plan, width, plan.pictureTop + picture.height / ratio);
  return canvas;
}

interface Plan {
  readonly title: readonly string[];
  readonly asked: readonly string[];
  readonly foot: readonly string[];
  readonly keys: readonly Placed[];
  readonly pictureTop: number;
  /** How high all below the picture is. */
  readonly below: number;
}

function planSheet(pen: Pen, { title, asked, legend, foot }: Sheet, width: number): Plan {
  const room = width - 2 * MARGIN;
  const lines = (texts: readonly string[], { font }: typeof TEXT): string[] => texts.flatMap((text) => wrap(pen, text, font, room));
  const [titleLines, askedLines, footLines] = [lines([title], TITLE), lines([asked.join(' · ')].filter(Boolean), TEXT), lines(foot, SMALL)];
  const keys = flow(pen, legend, room);
  const rows = Math.max(-1, ...keys.map(({ row }) => row)) + 1;
  return {
    title: titleLines,
    asked: askedLines,
    foot: footLines,
    keys,
    pictureTop: MARGIN + titleLines.length * TITLE.line + askedLines.length * TEXT.line + 10,
    below: 10 + rows * (TEXT.line + 4) + 6 + footLines.length * SMALL.line + MARGIN,
  };
}

function paint(pen: Pen, { title }: Sheet, plan: Plan, width: number, under: number): void {
  const rtl = document.documentElement.dir === 'rtl';
  pen.direction = rtl ? 'rtl' : 'ltr';
  pen.textAlign = 'start';
  pen.textBaseline = 'middle';
  /** Where something that is so far from the sheet's start begins. */
  const at = (offset: number): number => (rtl ? width - MARGIN - offset : MARGIN + offset);
  let top = MARGIN;
  const write = (lines: readonly string[], { font, line }: typeof TEXT, colour: string): void => {
    pen.font = font;
    pen.fillStyle = cssColour(colour);
    for (const text of lines) {
      pen.fillText(text, at(0), top + line / 2);
      top += line;
    }
  };
  write(plan.title, TITLE, '--text');
  write(plan.asked, TEXT, '--text');
  top = under + 10;
  for (const { key, x, row } of plan.keys) {
    const middle = top + row * (TEXT.line + 4) + TEXT.line / 2;
    // Letters sit a little above the middle of their line.
    drawMark(pen, key.mark, rtl ? at(x) - MARK : at(x), middle - MARK / 2 - 1.5);
    pen.font = TEXT.font;
    pen.fillStyle = cssColour('--text');
    pen.fillText(key.words, at(x + MARK + 6), middle);
  }
  top = under + plan.below - MARGIN - plan.foot.length * SMALL.line;
  write(plan.foot, SMALL, '--quiet');
  if (!title) return;
  pen.strokeStyle = cssColour('--line');
  pen.lineWidth = 1;
  pen.strokeRect(0.5, plan.pictureTop, width - 1, under - plan.pictureTop);
}

/** Text in lines no longer than the room. */
function wrap(pen: Pen, text: string, font: string, room: number): string[] {
  pen.font = font;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word;
    if (line && pen.measureText(longer).width > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line ? [...lines, line] : lines;
}

/** The keys beside each other, on as many rows as it takes. */
function flow(pen: Pen, legend: readonly Key[], room: number): Placed[] {
  pen.font = TEXT.font;
  let [x, row] = [0, 0];
  return legend.map((key) => {
    const needed = MARK + 6 + pen.measureText(key.words).width;
    if (x > 0 && x + needed > room) [x, row] = [0, row + 1];
    const placed = { key, x, row };
    x += needed + 18;
    return placed;
  });
}

/** A mark of the page's legend. */
function drawMark(pen: Pen, mark: SVGElement, left: number, top: number): void {
  // Only what is in the document has a computed style.
  document.body.append(mark);
  drawSvg(pen, mark, { left, top, width: MARK });
  mark.remove();
}
