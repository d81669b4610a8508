// A kilometre of the border as people write it: `km 454`, `454 km`, with the words and digits of four languages.

import { westernDigits } from '../state/coordinates';

const UNIT = String.raw`(?:border\s*)?(?:km|kms|kilometer|kilometers|kilometre|kilometres|کیلومتر|كيلومتر|کیلۆمەتری?|کم|كم)(?:\s*(?:مرزی|مرز|الحدود|سنوور|border))?`;
const NUMBER = String.raw`(\d+(?:[.,]\d+)?)`;
const POST = new RegExp(String.raw`^(?:${UNIT}\.?\s*[:#]?\s*${NUMBER}|${NUMBER}\s*\.?${UNIT}\.?)$`, 'i');

/** The kilometre that a text names, wherever the border ends; null where it names none. */
export function readKilometre(text: string): number | null {
  const match = POST.exec(westernDigits(text).trim());
  return match ? Number((match[1] ?? match[2] ?? '').replace(',', '.')) : null;
}
