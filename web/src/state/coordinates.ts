// Reads coordinates as people type them: decimal or degrees-minutes-seconds in either order, UTM or MGRS.

import { parseGrid } from './grids';
import type { LngLat } from './view';

/** The part of the world that the map is about; used only to tell `46, 35` from `35, 46`. */
const REGION = { west: 40, east: 56, south: 28, north: 41 };

const NUMBERS = String.raw`([+-]?\d+(?:\.\d+)?)\s*[°ºd]?\s*(?:(\d+(?:\.\d+)?)\s*['′’m]\s*)?(?:(\d+(?:\.\d+)?)\s*(?:["″”s]|'')\s*)?`;
// A letter stands before or after its number, never both; so `N35 E46` can't lend its E to the 35.
const LETTER_FIRST = new RegExp(String.raw`([NSEW])\s*${NUMBERS}`, 'iy');
const LETTER_LAST = new RegExp(String.raw`()${NUMBERS}([NSEW])?`, 'iy');

interface Angle {
  readonly value: number;
  readonly letter: string | null;
}

/**
 * A position, or null where the text is no pair of coordinates. Without letters the usual order is
 * latitude first; longitude first is recognised where it is the only reading inside the region.
 */
export function parseCoordinates(text: string): LngLat | null {
  const western = westernDigits(text).trim();
  return parseGrid(western) ?? parseAngles(western);
}

function parseAngles(text: string): LngLat | null {
  const angles = readAngles(text);
  const [first, second] = angles ?? [];
  if (!first || !second) return null;
  const [lat, lng] = order(first, second) ?? [];
  if (lat === undefined || lng === undefined) return null;
  return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? { lng, lat } : null;
}

function readAngles(text: string): [Angle, Angle] | null {
  const angles: Angle[] = [];
  let at = 0;
  while (at < text.length) {
    const pattern = /^[NSEW]/i.test(text.slice(at)) ? LETTER_FIRST : LETTER_LAST;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    const angle = match && toAngle(match);
    if (!angle) return null;
    angles.push(angle);
    at = pattern.lastIndex;
    const gap = /[\s,;/]*/y;
    gap.lastIndex = at;
    at += gap.exec(text)?.[0].length ?? 0;
  }
  const [first, second] = angles;
  return first && second && angles.length === 2 ? [first, second] : null;
}

function toAngle(match: RegExpExecArray): Angle | null {
  const [, before, degrees = '', minutes, seconds, after] = match;
  const letter = (before || after)?.toUpperCase() ?? null;
  const [m, s] = [Number(minutes ?? 0), Number(seconds ?? 0)];
  if (m >= 60 || s >= 60) return null;
  const negative = degrees.startsWith('-') || letter === 'S' || letter === 'W';
  const size = Math.abs(Number(degrees)) + m / 60 + s / 3600;
  return { value: negative ? -size : size, letter };
}

function order(first: Angle, second: Angle): [number, number] | null {
  const isLat = (angle: Angle): boolean => angle.letter === 'N' || angle.letter === 'S';
  const isLng = (angle: Angle): boolean => angle.letter === 'E' || angle.letter === 'W';
  if ((isLat(first) && isLat(second)) || (isLng(first) && isLng(second))) return null;
  if (isLat(first) || isLng(second)) return [first.value, second.value];
  if (isLng(first) || isLat(second)) return [second.value, first.value];
  const swapped = inRegion(second.value, first.value) && !inRegion(first.value, second.value);
  return swapped ? [second.value, first.value] : [first.value, second.value];
}

function inRegion(lat: number, lng: number): boolean {
  return lng >= REGION.west && lng <= REGION.east && lat >= REGION.south && lat <= REGION.north;
}

/** Arabic-Indic and Persian digits and separators as ASCII. */
export function westernDigits(text: string): string {
  return text
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replaceAll('٫', '.')
    .replaceAll('،', ',')
    .replaceAll('−', '-');
}
