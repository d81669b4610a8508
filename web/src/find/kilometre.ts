// A kilometre of the border as people write it: `km 454`, `454 km`, with the words and digits of four languages; and where it is.

import { locateKilometre } from '../api/client';
import { toLngLat } from '../map/geometry';
import { westernDigits } from '../state/coordinates';
import type { LngLat } from '../state/view';
import { readNumber } from '../text/numbers';

const UNIT = String.raw`(?:border\s*)?(?:km|kms|kilometer|kilometers|kilometre|kilometres|کیلومتر|كيلومتر|کیلۆمەتری?|کم|كم)(?:\s*(?:مرزی|مرز|الحدود|سنوور|border))?`;
const NUMBER = String.raw`([-+]?\d[\d.,٬]*)`;
const POST = new RegExp(String.raw`^(?:${UNIT}\.?\s*[:#]?\s*${NUMBER}|${NUMBER}\s*\.?${UNIT}\.?)$`, 'i');

/** Where the border ends is asked of the number. */
const ANY = { min: -Infinity, max: Infinity };

/** The kilometre that a text names, wherever the border ends; null where it names none. */
export function readKilometre(text: string): number | null {
  const match = POST.exec(westernDigits(text).trim());
  const reading = match && readNumber(match[1] ?? match[2] ?? '', ANY);
  if (!reading) return null;
  if ('value' in reading) return reading.value;
  return reading.fault === 'ambiguous' ? reading.readings[0] : null;
}

/** Where the measured line has a kilometre; where nobody tells, where the simpler line has it that the page draws. */
export async function placeKilometre(km: number, drawn: LngLat, signal: AbortSignal): Promise<LngLat> {
  try {
    return toLngLat((await locateKilometre(km, signal)).foot);
  } catch {
    return drawn;
  }
}
