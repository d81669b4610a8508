// Two angles as people write them: decimal or degrees, minutes and seconds, with labels or points of the compass in four languages.

/** One of the two, and the point of the compass that stands with it. */
export interface Angle {
  readonly degrees: number;
  readonly letter: 'N' | 'S' | 'E' | 'W' | null;
}

const NUMBERS = String.raw`([+-]?\d+(?:\.\d+)?)\s*[°ºd]?\s*(?:(\d+(?:\.\d+)?)\s*['′’m]\s*)?(?:(\d+(?:\.\d+)?)\s*(?:["″”s]|'')\s*)?`;
// A letter stands before or after its number, never both; so `N35 E46` can't lend its E to the 35.
const LETTER_FIRST = new RegExp(String.raw`([NSEW])\s*${NUMBERS}`, 'iy');
const LETTER_LAST = new RegExp(String.raw`()${NUMBERS}([NSEW])?`, 'iy');
/** Stands between the two, or before and after both. */
const GAP = /[\s,;/|&()[\]]*/y;

/**
 * Words for latitude, longitude and the points of the compass as a letter, and for degrees as their sign. Longer ones come first: `latitude` holds
 * `lat`, and the Kurdish for east (ڕۆژهەڵات) and west begin alike.
 */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [word('latitude|lat', String.raw`(?:خط |دائرة |درجة )?(?:ال)?عرض(?: (?:جغرافیایی|الجغرافي|جغرافي))?|هێڵی پانی|پانی`), 'N'],
  [word('longitude|long|lon|lng', String.raw`(?:خط |درجة )?(?:ال)?طول(?: (?:جغرافیایی|الجغرافي|جغرافي))?|هێڵی درێژی|درێژی`), 'E'],
  [word('north', 'شمالی|شمالي|شمالا|شمال|باکوور|باکور'), 'N'],
  [word('south', 'جنوبی|جنوبي|جنوبا|جنوب|باشوور|باشور'), 'S'],
  [word('east', 'شرقی|شرقي|شرقا|شرق|خاوری|خاور|ڕۆژهەڵات|ڕۆژهەلات'), 'E'],
  [word('west', 'غربی|غربي|غربا|غرب|باختری|باختر|ڕۆژئاوا|ڕۆژاوا'), 'W'],
  [word('degrees|degree|deg', 'درجه|درجة|پلە'), '°'],
];

function word(latin: string, arabic: string): RegExp {
  return new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${latin}|${arabic})(?![\p{L}])\.?\s*[:=]?`, 'giu');
}

/** The two angles of a text in western digits, or null where it holds anything else. */
export function readAngles(text: string): [Angle, Angle] | null {
  const lettered = WORDS.reduce((all, [pattern, letter]) => all.replace(pattern, ` ${letter} `), text.replace(/[\u064b-\u0652]/g, '')).trim();
  return twoAngles(lettered) ?? decimalMarks(lettered).map(twoAngles).find((angles) => angles !== null) ?? null;
}

/** Where it can't be read as it stands: commas, or the slash of Persian handwriting, as decimal marks. */
function decimalMarks(text: string): string[] {
  if (text.includes('.')) return [];
  return [',', '/'].map((mark) => text.replaceAll(new RegExp(String.raw`(\d)${mark}(?=\d)`, 'g'), '$1.'));
}

function twoAngles(text: string): [Angle, Angle] | null {
  const angles: Angle[] = [];
  let at = past(text, 0);
  while (at < text.length) {
    const pattern = /^[NSEW]/i.test(text.slice(at)) ? LETTER_FIRST : LETTER_LAST;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    const angle = match && toAngle(match);
    if (!angle || angles.length === 2) return null;
    angles.push(angle);
    at = past(text, pattern.lastIndex);
  }
  const [first, second] = angles;
  return first && second ? [first, second] : null;
}

function past(text: string, from: number): number {
  GAP.lastIndex = from;
  return from + (GAP.exec(text)?.[0].length ?? 0);
}

function toAngle(match: RegExpExecArray): Angle | null {
  const [, before, number = '', minutes, seconds, after] = match;
  const letter = ((before || after)?.toUpperCase() ?? null) as Angle['letter'];
  const [m, s] = [Number(minutes ?? 0), Number(seconds ?? 0)];
  if (m >= 60 || s >= 60) return null;
  const negative = number.startsWith('-') || letter === 'S' || letter === 'W';
  const size = Math.abs(Number(number)) + m / 60 + s / 3600;
  return { degrees: negative ? -size : size, letter };
}
