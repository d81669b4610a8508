// Where the map looks: what is sought lies within it, under nothing that lies over it.

import { describe, expect, it } from 'vitest';
import { lookAt, shownBy, type Cover } from '../src/map/room';
import type { LngLat } from '../src/state/view';

const CORNERS = [{ lng: 44, lat: 30 }, { lng: 49, lat: 37.5 }];
/** From the north-western corner to the south-eastern one. */
const LINE = [{ lng: 44, lat: 37.5 }, { lng: 49, lat: 30 }];
const SIZES = [[400, 300], [390, 600], [900, 700], [1200, 250]] as const;

function onScreen({ lng, lat }: LngLat, camera: ReturnType<typeof lookAt>, width: number, height: number): [number, number] {
  const { west, east, north, south } = shownBy(camera, { width, height });
  const y = (degrees: number): number => Math.asinh(Math.tan((degrees * Math.PI) / 180));
  return [((lng - west) / (east - west)) * width, ((y(north) - y(lat)) / (y(north) - y(south))) * height];
}

describe('a look', () => {
  it.each(SIZES)('at %i × %i shows all with a margin, as near as it can', (width, height) => {
    const camera = lookAt({ corners: CORNERS }, { width, height }, [], 20, 13);
    const spots = CORNERS.map((at) => onScreen(at, camera, width, height));
    const edges = spots.flatMap(([x, y]) => [x, y, width - x, height - y]);
    expect(Math.min(...edges)).toBeCloseTo(20, 3);
  });

  it.each(SIZES)('at %i × %i leaves the line clear of what lies over the map', (width, height) => {
    const covers: Cover[] = [
      { left: 10, top: 10, right: 0.4 * width, bottom: 0.3 * height },
      { left: width - 60, top: height - 60, right: width, bottom: height },
      { left: 0, top: 0.8 * height, right: 0.3 * width, bottom: height },
    ];
    const camera = lookAt({ corners: CORNERS, line: LINE }, { width, height }, covers, 12, 13);
    for (let part = 0; part <= 50; part++) {
      const [a = CORNERS[0], b = CORNERS[1]] = LINE;
      const [ax, ay] = onScreen(a as LngLat, camera, width, height);
      const [bx, by] = onScreen(b as LngLat, camera, width, height);
      const [x, y] = [ax + ((bx - ax) * part) / 50, ay + ((by - ay) * part) / 50];
      expect(covers.filter(({ left, top, right, bottom }) => x > left && x < right && y > top && y < bottom)).toEqual([]);
      expect(x > 0 && y > 0 && x < width && y < height).toBe(true);
    }
  });

  it('is not drawn back by what lies where the line does not pass', () => {
    const bare = lookAt({ corners: CORNERS, line: LINE }, { width: 400, height: 500 }, [], 20, 13);
    const beside: Cover[] = [{ left: 320, top: 0, right: 400, bottom: 120 }, { left: 0, top: 420, right: 100, bottom: 500 }];
    expect(lookAt({ corners: CORNERS, line: LINE }, { width: 400, height: 500 }, beside, 20, 13)).toEqual(bare);
  });

  it('shows no more beyond the ground than it must', () => {
    const ground = [{ lng: 41, lat: 42 }, { lng: 60, lat: 25 }] as const;
    const size = { width: 400, height: 300 };
    const [west, free] = [lookAt({ corners: CORNERS }, size, [], 20, 13), lookAt({ corners: CORNERS, ground }, size, [], 20, 13)];
    expect(shownBy(west, size).west).toBeLessThan(41);
    expect(shownBy(free, size).west).toBeGreaterThanOrEqual(41);
    expect(free.zoom).toBeGreaterThanOrEqual(west.zoom + Math.log2(0.95));
    for (const [x, y] of CORNERS.map((at) => onScreen(at, free, size.width, size.height))) expect(Math.min(x, y, size.width - x, size.height - y)).toBeGreaterThan(19.999);
  });

  it('stays near enough to be seen where hardly any room is left', () => {
    const bare = lookAt({ corners: CORNERS }, { width: 320, height: 450 }, [], 20, 13);
    const most: Cover[] = [{ left: 30, top: 0, right: 320, bottom: 280 }, { left: 10, top: 285, right: 170, bottom: 450 }];
    expect(lookAt({ corners: CORNERS }, { width: 320, height: 450 }, most, 20, 13).zoom).toBeGreaterThan(bare.zoom - Math.log2(4));
  });

  it('comes no nearer than it is told, and is there though nothing is left of the map', () => {
    expect(lookAt({ corners: [{ lng: 45, lat: 35 }, { lng: 45.001, lat: 35.001 }] }, { width: 400, height: 500 }, [], 20, 11).zoom).toBeCloseTo(11, 9);
    const full: Cover[] = [{ left: 0, top: 0, right: 400, bottom: 500 }];
    expect(Number.isFinite(lookAt({ corners: CORNERS }, { width: 400, height: 500 }, full, 20, 13).zoom)).toBe(true);
  });
});
