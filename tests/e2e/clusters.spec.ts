// What is counted on the map is counted once, also while it zooms.

import { expect, test, type Page } from '@playwright/test';
import { items, openMap, settle } from './harness';

test('a cluster is gone from the picture when its parts are in it', async ({ page }) => {
  await openMap(page, 'map=7/35/46');
  const { gone, apart, doubled } = await page.evaluate(async () => {
    type At = [number, number];
    const { map } = window.bordermap;
    const canvas = map.getCanvas();
    const gl = canvas.getContext('webgl2');
    if (!gl) throw new Error('no WebGL');
    for (const { id } of map.getStyle().layers) if (!/^(clusters|incidents)/.test(id)) map.setLayoutProperty(id, 'visibility', 'none');
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

/** How many reports the marks stand for that are drawn, in each picture that the map draws from now on. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { map } = window.bordermap;
    const counts: number[] = [];
    Object.assign(window, { counts });
    const layers = map.getStyle().layers.map(({ id }) => id).filter((id) => /^(clusters|incidents)(-|$)/.test(id));
    map.on('render', () => {
      const drawn = new Map<string, number>();
      for (const { layer, properties: p } of map.queryRenderedFeatures({ layers })) {
        // One mark may be found in two tiles, where it is drawn once.
        if (map.getPaintProperty(layer.id, 'icon-opacity') !== 0) drawn.set([p['id'], p['n'], p['west'], p['south'], p['east'], p['north']].join(), Number(p['n']));
      }
      counts.push([...drawn.values()].reduce((sum, n) => sum + n, 0));
    });
  });
}

async function zoomTo(page: Page, zoom: number, wait: number): Promise<void> {
  await page.evaluate(async ([to, after]) => {
    const { map } = window.bordermap;
    await new Promise<void>((resolve) => {
      map.once('moveend', resolve);
      map.easeTo({ zoom: to, duration: 300 });
    });
    await new Promise((resolve) => { setTimeout(resolve, after); });
  }, [zoom, wait] as const);
}

for (const { name, query } of [
  { name: 'that the page has whole', query: '' },
  { name: 'of which the server sends tiles', query: '&whole=20' },
]) {
  test(`reports ${name} are never counted twice, however late tiles come`, async ({ page, request }) => {
    // Of what the map's workers answer some comes at once and some later, and so of the server's tiles.
    await page.addInitScript(() => {
      const listen = Worker.prototype.addEventListener;
      let answers = 0;
      Worker.prototype.addEventListener = function (this: Worker, type: string, hear: (event: Event) => void, ...more: []) {
        listen.call(this, type, (event: Event) => {
          const late = type === 'message' ? ((answers++ * 7) % 5) * 240 : 0;
          if (late) setTimeout(() => { hear(event); }, late);
          else hear(event);
        }, ...more);
      } as typeof listen;
    });
    let asked = 0;
    await page.route('**/tiles/**', async (route) => {
      const late = ((asked++ * 7) % 5) * 240;
      await new Promise((resolve) => { setTimeout(resolve, late); });
      await route.continue();
    });
    const total = (await items(request, '')).length;
    await page.setViewportSize({ width: 1400, height: 1150 });
    await page.goto(`/?inspect${query}#map=5.9/33.7/46.6`);
    await settle(page);
    await watch(page);
    // Over a whole zoom and back with all reports in sight: some steps find the tiles of the one before, others come before those are there.
    for (const [zoom, wait] of [[6.1, 3_000], [5.9, 250], [6.1, 0], [4.9, 1_500], [7.1, 1_500], [5.9, 0], [6.1, 3_000]] as const) await zoomTo(page, zoom, wait);
    await settle(page);
    const counts = await page.evaluate(() => (window as unknown as { counts: number[] }).counts);
    expect(counts.length).toBeGreaterThan(20);
    expect(Math.max(...counts)).toBeLessThanOrEqual(total);
    expect(counts.at(-1)).toBe(total);
  });
}
