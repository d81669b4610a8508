// What is counted on the map is counted once, also while it zooms.

import { expect, test } from '@playwright/test';
import { openMap } from './harness';

test('a cluster is gone from the picture when its parts are in it', async ({ page }) => {
  await openMap(page, 'map=7/35/46');
  const { gone, apart, doubled } = await page.evaluate(async () => {
    type At = [number, number];
    const { map } = window.bordermap;
    const canvas = map.getCanvas();
    const gl = canvas.getContext('webgl2');
    if (!gl) throw new Error('no WebGL');
    for (const { id } of map.getStyle().layers) if (!['clusters', 'incidents'].includes(id)) map.setLayoutProperty(id, 'visibility', 'none');
    const ratio = canvas.width / canvas.clientWidth;
    const picture = (at: At): string => {
      const { x, y } = map.project(at);
      const pixels = new Uint8Array(4 * 16 * 16);
      gl.readPixels(Math.round(x * ratio) - 8, canvas.height - Math.round(y * ratio) - 8, 16, 16, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
      return pixels.join();
    };
    const marks = (): At[] => map.queryRenderedFeatures({ layers: ['clusters', 'incidents'] }).map(({ geometry }) => geometry.coordinates as At);
    const zoomed = async (zoom: number): Promise<void> => {
      const idle = new Promise<void>((resolve) => { map.once('idle', resolve); });
      map.easeTo({ zoom, duration: 0 });
      await idle;
    };
    const inside = (at: At): boolean => {
      const { x, y } = map.project(at);
      return x > 60 && y > 60 && x < canvas.clientWidth - 60 && y < canvas.clientHeight - 60;
    };
    const farFrom = (others: At[]) => (at: At): boolean => {
      const p = map.project(at);
      return others.map((other) => map.project(other)).every((q) => Math.hypot(p.x - q.x, p.y - q.y) > 30);
    };
    await zoomed(7.01);
    const before = marks();
    await zoomed(8.2);
    const after = marks();
    const gone = before.filter(inside).filter(farFrom(after));
    const apart = after.filter(inside).filter(farFrom(before));
    await zoomed(7.01);
    const frames: { gone: string[]; apart: string[]; loaded: boolean }[] = [];
    map.on('render', () => { frames.push({ gone: gone.map(picture), apart: apart.map(picture), loaded: map.isSourceLoaded('incidents') }); });
    await zoomed(8.2);
    const last = frames.at(-1);
    const doubled = frames.filter((frame) => frame.loaded && frame.apart.some((seen, i) => seen === last?.apart[i]) && frame.gone.some((seen, i) => seen !== last?.gone[i]));
    return { gone: gone.length, apart: apart.length, doubled: doubled.length };
  });
  expect(gone).toBeGreaterThan(0);
  expect(apart).toBeGreaterThan(0);
  expect(doubled).toBe(0);
});
