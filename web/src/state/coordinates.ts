// Reads positions as people type them, and says how it took them: nothing is guessed in silence.

import { readAngles, type Angle } from './angles';
import { parseGrid } from './grids';
import { readLink } from './links';
import { readLargePlusCode, readPlusCode, readShortPlusCode } from './pluscodes';
import type { Area, Box, LngLat } from './view';

/** The part of the world that the map is about; used only to tell `46, 35` from `35, 46`. */
const REGION = { west: 40, east: 56, south: 28, north: 41 };

/**
 * How a text was taken: the notation itself says which number is which (`said`), the order does, or it is a Plus code:
 * a short one, of which the one nearest to the middle of the map was taken, or a large square, of which its middle was.
 */
export type Taken = 'said' | 'lat-lng' | 'lng-lat' | 'near-centre' | 'square';

export interface Reading {
  readonly at: LngLat;
  readonly taken: Taken;
}

/**
 * Every position that a text can mean, the likeliest first; none where it is no pair of coordinates. Two plain
 * numbers are latitude first; where they lie in the map's region only the other way round, or only the
 * order could tell, both readings are given.
 */
export function readCoordinates(text: string, centre: LngLat | null = null): Reading[] {
  const western = westernDigits(text).trim();
  const said = readLink(western) ?? parseGrid(western) ?? readPlusCode(western);
  if (said) return [{ at: said, taken: 'said' }];
  const square = readLargePlusCode(western);
  if (square) return [{ at: square, taken: 'square' }];
  const near = centre && readShortPlusCode(western, centre);
  if (near) return [{ at: near, taken: 'near-centre' }];
  const angles = readAngles(western);
  return angles ? inOrder(...angles) : [];
}

/** Whether a text is two angles that make no position. */
export function isOffEarth(text: string): boolean {
  return readAngles(westernDigits(text).trim()) !== null && readCoordinates(text).length === 0;
}

/** Whether only the order of its numbers tells what a text means, and the usual order isn't plainly right. */
export function isDoubtful(readings: readonly Reading[]): boolean {
  return readings.length > 1;
}

/** Whether a pair lies in the map's region only with its numbers exchanged. */
export function looksSwapped(at: LngLat): boolean {
  return !inRegion(at) && inRegion({ lng: at.lat, lat: at.lng });
}

export function exchanged({ lng, lat }: LngLat): LngLat {
  return { lng: lat, lat: lng };
}

/** The same area with latitudes and longitudes exchanged, where only so it lies in the map's region. */
export function exchangedArea(area: Area): Area | null {
  if (area.kind === 'box') return exchangedBox(area);
  if (area.kind === 'corridor' || !area.corners.every(looksSwapped)) return null;
  return { ...area, corners: area.corners.map(exchanged) };
}

function exchangedBox({ west, south, east, north }: Box): Box | null {
  const swapped = looksSwapped({ lng: west, lat: south }) && looksSwapped({ lng: east, lat: north });
  return swapped ? { kind: 'box', west: south, south: west, east: north, north: east } : null;
}

function inOrder(first: Angle, second: Angle): Reading[] {
  const isLat = ({ letter }: Angle): boolean => letter === 'N' || letter === 'S';
  const isLng = ({ letter }: Angle): boolean => letter === 'E' || letter === 'W';
  if ((isLat(first) && isLat(second)) || (isLng(first) && isLng(second))) return [];
  const readings = (lat: Angle, lng: Angle, taken: Taken): Reading[] => {
    const at = { lng: lng.degrees, lat: lat.degrees };
    return onEarth(at.lng, at.lat) ? [{ at, taken }] : [];
  };
  if (isLat(first) || isLng(second)) return readings(first, second, 'said');
  if (isLng(first) || isLat(second)) return readings(second, first, 'said');
  const [usual] = readings(first, second, 'lat-lng');
  const [exchanged] = readings(second, first, 'lng-lat');
  if (!usual || !exchanged) return [usual ?? exchanged].filter((reading) => reading !== undefined);
  if (first.degrees === second.degrees) return [usual];
  if (inRegion(usual.at) && !inRegion(exchanged.at)) return [usual];
  return looksSwapped(usual.at) ? [exchanged, usual] : [usual, exchanged];
}

export function onEarth(lng: number, lat: number): boolean {
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 90;
}

export function inRegion({ lng, lat }: LngLat): boolean {
  return lng >= REGION.west && lng <= REGION.east && lat >= REGION.south && lat <= REGION.north;
}

/** Arabic-Indic and Persian digits, separators and signs as ASCII. */
export function westernDigits(text: string): string {
  return text
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/[\u200e\u200f\u061c\u2066-\u2069]/g, '')
    .replaceAll('٫', '.')
    .replaceAll('،', ',')
    .replaceAll('؛', ';')
    .replaceAll('−', '-');
}
