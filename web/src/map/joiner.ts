// Makes Sorani letters join on the canvas, which shapes by presentation forms that they don't have.

/** Letters without presentation forms that join to both neighbours, and those that join backward only. */
const DUAL = 'ێڵ';
const RIGHT = 'ڕەڒۊ';

/** Letters (any, of the Arabic block) that reach no further than the letter before them. */
const NEVER_FORWARD = /[\u0621-\u0625\u0627\u0629\u062f-\u0632\u0648\u0671-\u0673\u0675-\u0677\u0688-\u0699\u06c0\u06c3-\u06cb\u06cd\u06cf\u06d2\u06d3\u06d5\u06ee\u06ef]/;
const LETTER = /[\u0620-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff]/;
const MARK = /\p{M}/u;
const ZWJ = '\u200d';

/**
 * MapLibre chooses a letter's shape by its Presentation Forms-B code point and draws the rest as they
 * stand alone. A zero-width joiner on a joining side makes the browser's text engine draw the right
 * shape, because MapLibre hands it letter and joiner as one grapheme cluster.
 */
export function joinSorani(text: string): string {
  const letters = Array.from(text);
  let joined = '';
  letters.forEach((letter, i) => {
    const dual = DUAL.includes(letter);
    if (!dual && !RIGHT.includes(letter)) {
      joined += letter;
      return;
    }
    const before = neighbour(letters, i, -1);
    const after = neighbour(letters, i, 1);
    const joinsBefore = before !== null && LETTER.test(before) && !NEVER_FORWARD.test(before);
    const joinsAfter = dual && after !== null && LETTER.test(after) && after !== 'ء';
    joined += (joinsBefore && !joined.endsWith(ZWJ) ? ZWJ : '') + letter + (joinsAfter ? ZWJ : '');
  });
  return joined;
}

/** The next character that shows a letter: vowel points are looked through. */
function neighbour(letters: readonly string[], from: number, step: 1 | -1): string | null {
  let i = from + step;
  while (letters[i] !== undefined && MARK.test(letters[i] ?? '')) i += step;
  return letters[i] ?? null;
}
