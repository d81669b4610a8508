// Reads and writes the two grids that people in the field use: UTM and MGRS, both on WGS84.

import Mgrs, { LatLon } from 'geodesy/mgrs.js';
import Utm from 'geodesy/utm.js';
import type { LngLat } from './view';

/** Zone and letter, then easting and northing in metres: `38N 500000 3900000`, `38 S 500000mE 3900000mN`. */
const UTM = /^(\d{1,2})\s*([C-HJ-NP-X])\s*,?\s+(\d{5,7}(?:\.\d+)?)\s*(?:m\s*)?E?[\s,]+(\d{5,8}(?:\.\d+)?)\s*(?:m\s*)?N?$/i;
/** Zone, band, the two letters of a square of 100 km, and as many digits of easting as of northing. */
const MGRS = /^(\d{1,2})\s*([C-HJ-NP-X])\s*([A-HJ-NP-Z])([A-HJ-NP-V])\s*(?:(\d{1,5})\s+(\d{1,5})|(\d{2,10})|)$/i;
/** The bands north of the equator. */
const NORTHERN_BAND = /[N-X]/i;

/** A position in either grid, or null where the text is neither. The text has western digits. */
export function parseGrid(text: string): LngLat | null {
  return parseUtm(text) ?? parseMgrs(text);
}

/**
 * The letter is taken for the band (`38S` lies between 32° and 40° north, `38N` just north of the equator), as
 * on every map of the region; an N thus is right as a hemisphere too.
 */
function parseUtm(text: string): LngLat | null {
  const [, zone = '', letter = '', easting = '', northing = ''] = UTM.exec(text) ?? [];
  if (!letter) return null;
  return orNull(() => new Utm(Number(zone), NORTHERN_BAND.test(letter) ? 'N' : 'S', Number(easting), Number(northing)).toLatLon());
}

/** The middle of the square that the reference names: it says no more than that. */
function parseMgrs(text: string): LngLat | null {
  const [, zone = '', band = '', east = '', north = '', first, second, both = ''] = MGRS.exec(text) ?? [];
  if (!band) return null;
  const half = both.length / 2;
  const [easting, northing] = [first ?? both.slice(0, half), second ?? both.slice(half)];
  if (easting.length !== northing.length) return null;
  const size = 10 ** (5 - easting.length);
  const [eastM, northM] = [Number(easting) * size, Number(northing) * size];
  return orNull(() => {
    const corner = new Mgrs(Number(zone), band.toUpperCase(), east.toUpperCase(), north.toUpperCase(), eastM, northM).toUtm();
    return new Utm(corner.zone, corner.hemisphere, corner.easting + size / 2, corner.northing + size / 2).toLatLon();
  });
}

/** As in `38N 523456 3912345`: zone, hemisphere, easting and northing in whole metres. */
export function formatUtm({ lng, lat }: LngLat): string | null {
  return within(lat, () => {
    const { zone, hemisphere, easting, northing } = new LatLon(lat, lng).toUtm();
    return `${zone}${hemisphere} ${easting.toFixed(0)} ${northing.toFixed(0)}`;
  });
}

/** As in `38S NE 23456 12345`: the square of a metre. */
export function formatMgrs({ lng, lat }: LngLat): string | null {
  return within(lat, () => new LatLon(lat, lng).toUtm().toMgrs().toString());
}

/** Neither grid reaches the poles. */
function within(lat: number, write: () => string): string | null {
  return lat >= -80 && lat <= 84 ? write() : null;
}

/** The library throws at what lies outside its grid. */
function orNull(read: () => { lat: number; lon: number }): LngLat | null {
  try {
    const { lat, lon } = read();
    return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lng: lon, lat } : null;
  } catch {
    return null;
  }
}
