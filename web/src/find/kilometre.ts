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

/** What a text names as a kilometre, wherever the border ends: none, one, or two where `1,641` may be either. */
export function readKilometres(text: string): readonly number[] {
  const match = POST.exec(westernDigits(text).trim());
  const reading = match && readNumber(match[1] ?? match[2] ?? '', ANY);
  if (!reading) return [];
  if ('value' in reading) return [reading.value];
  return reading.fault === 'ambiguous' ? reading.readings : [];
}

/** Where the measured line has a kilometre; where nobody tells, where the simpler line has it that the page draws. */
export async function placeKilometre(km: number, drawn: LngLat, signal: AbortSignal): Promise<LngLat> {
  try {
    return toLngLat((await locateKilometre(km, signal)).foot);
  } catch {
    return drawn;
  }
}
