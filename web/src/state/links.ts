// Positions in what other programs hand out: `geo:` addresses and the links of web maps, this one's among them.

import type { LngLat } from './view';

const NUMBER = String.raw`(-?\d{1,3}(?:\.\d+)?)`;
const PAIR = String.raw`${NUMBER}(?:,|%2C)\+?(?:%20)?${NUMBER}`;

/** RFC 5870: latitude first, whatever follows. */
const GEO = new RegExp(String.raw`^geo:${NUMBER},${NUMBER}(?:[,;?].*)?$`, 'i');
const WEB = /^https?:\/\/\S+$/i;

/** The surest first: a pin says more than where the camera stands. Longitude first only in this map's own links. */
const LINKS: readonly { readonly pattern: RegExp; readonly first: 'lat' | 'lng' }[] = [
  { pattern: new RegExp(String.raw`[#&]at=${PAIR}`), first: 'lng' },
  { pattern: new RegExp(String.raw`!3d${NUMBER}!4d${NUMBER}`), first: 'lat' },
  { pattern: new RegExp(String.raw`[?&#]mlat=${NUMBER}&mlon=${NUMBER}`), first: 'lat' },
  { pattern: new RegExp(String.raw`[?&](?:q|query|ll|center|destination|daddr)=(?:loc:)?${PAIR}`), first: 'lat' },
  { pattern: new RegExp(String.raw`/@${PAIR}`), first: 'lat' },
  { pattern: new RegExp(String.raw`[#&]map=[\d.]+/${NUMBER}/${NUMBER}`), first: 'lat' },
];

/** The position that a link names, or null where the text is no such link. */
export function readLink(text: string): LngLat | null {
  const geo = GEO.exec(text);
  if (geo) return position(geo, 'lat');
  if (!WEB.test(text)) return null;
  for (const { pattern, first } of LINKS) {
    const match = pattern.exec(text);
    if (match) return position(match, first);
  }
  return null;
}

function position([, a, b]: RegExpExecArray, first: 'lat' | 'lng'): LngLat | null {
  const [one, other] = [Number(a), Number(b)];
  const [lat, lng] = first === 'lat' ? [one, other] : [other, one];
  return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? { lng, lat } : null;
}
