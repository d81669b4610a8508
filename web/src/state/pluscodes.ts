// Open Location Codes ("Plus codes"): full ones, and short ones that need a place near which they are meant.

import { decode, expand } from 'pluscodes';
import type { LngLat } from './view';

const DIGIT = '[23456789CFGHJMPQRVWX]';
const FULL = new RegExp(String.raw`^${DIGIT}{8}\+${DIGIT}{2,7}$`, 'i');
/** Squares of 300 m to 100 km: no digits after the sign, or zeros in place of some before it. */
const LARGE = new RegExp(String.raw`^(?:${DIGIT}{8}|${DIGIT}{6}00|${DIGIT}{4}0000)\+$`, 'i');
/** The first four digits left out, as maps show them beside the name of a town. */
const SHORT = new RegExp(String.raw`^${DIGIT}{4}\+${DIGIT}{2}$`, 'i');

/** The middle of the square that a full code names; null where the text is none. */
export function readPlusCode(text: string): LngLat | null {
  return FULL.test(text) ? middle(text.toUpperCase()) : null;
}

/** The middle of the square that a code names which leaves out its last digits. */
export function readLargePlusCode(text: string): LngLat | null {
  return LARGE.test(text) ? middle(text.toUpperCase()) : null;
}

/** Of all the squares that a short code names, the middle of the one nearest to a position. */
export function readShortPlusCode(text: string, near: LngLat): LngLat | null {
  if (!SHORT.test(text)) return null;
  const full = expand(text.toUpperCase(), { latitude: near.lat, longitude: near.lng });
  return full === null ? null : middle(full);
}

/** `GXV6+2F Penjwen`: a short code and the name of what it is meant to be near. */
export function partShortPlusCode(text: string): { code: string; place: string } | null {
  const [code = '', ...place] = text.split(/[\s,]+/);
  return SHORT.test(code) && place.length ? { code, place: place.join(' ') } : null;
}

function middle(code: string): LngLat | null {
  const decoded = decode(code);
  return decoded && { lng: decoded.longitude, lat: decoded.latitude };
}
