// What is read off the map: numbers in the reader's digits, what a "?" means, and the look where there are many reports.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { items, openMap, pointAt, settle, type Item } from './harness';

/** The marks of counted reports that are drawn. */
async function clusters(page: Page): Promise<{ n: number; size: number }[]> {
  return page.evaluate(() =>
    window.bordermap.map.queryRenderedFeatures({ layers: ['clusters'] }).map(({ layer, properties }) => {
      const icon = (layer as unknown as { layout: { 'icon-image': { name?: string } | string } }).layout['icon-image'];
      return { n: Number(properties['n']), size: Number((typeof icon === 'string' ? icon : (icon.name ?? '')).split(':')[1]) };
    }));
}

for (const [lang, numerals] of [['ar', 'arab'], ['fa', 'arabext'], ['ckb', 'arab']] as const) {
  test(`numbers on the map are in the digits of ${lang}, and in no others`, async ({ page }) => {
    // The map's letters are drawn one by one on small canvases.
    await page.addInitScript(() => {
      const drawn = new Set<string>();
      Object.assign(window, { drawn });
      for (const { prototype } of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
        const draw = prototype.fillText;
        prototype.fillText = function (this: CanvasRenderingContext2D, text: string, ...at: [number, number]) {
          for (const letter of text) drawn.add(letter);
          draw.call(this, text, ...at);
        };
      }
    });
    await openMap(page, `lang=${lang}`);
    const counts = (await clusters(page)).map(({ n }) => n);
    expect(Math.max(...counts)).toBeGreaterThan(20);
    const wanted = new Set(counts.flatMap((n) => [...new Intl.NumberFormat(`ar-u-nu-${numerals}`).format(n)]));
    const drawn = await page.evaluate(() => [...(window as unknown as { drawn: Set<string> }).drawn]);
    expect([...wanted].filter((digit) => !drawn.includes(digit))).toEqual([]);
    expect(drawn.filter((letter) => /[0-9]/.test(letter))).toEqual([]);
  });
}

for (const lang of ['en', 'ar', 'fa', 'ckb'] as const) {
  test(`a crossing that is drawn as "?" says why where it is pointed at, in the legend and in its details, in ${lang}`, async ({ page, request }) => {
    const crossings = await items(request, '', 'crossings');
    const apart = (one: Item): boolean => crossings.every((other) => other === one || Math.hypot(other.geometry.coordinates[0] - one.geometry.coordinates[0], other.geometry.coordinates[1] - one.geometry.coordinates[1]) > 0.1);
    const unsure = crossings.find((one) => one.properties['unverified'] === true && apart(one));
    if (!unsure) throw new Error('every crossing is verified');
    const [lng, lat] = unsure.geometry.coordinates;
    // No report lies over it.
    await openMap(page, `lang=${lang}&to=1990-01-01&map=11/${lat}/${lng}`);
    await page.locator('#legend summary').click();
    const words = (await page.locator('#legend li:has(.legend-crossing-unverified) span').innerText()).trim();
    expect(words.length).toBeGreaterThan(10);
    await page.locator('#legend summary').click();
    const { x, y } = await pointAt(page, [lng, lat]);
    await page.mouse.move(x - 40, y - 40);
    await page.mouse.move(x, y);
    await expect(page.locator('.maplibregl-canvas')).toHaveAttribute('title', new RegExp(`.+ · ${words}$`));
    await page.mouse.click(x, y);
    await expect(page.locator('.detail .warning')).toBeVisible();
  });
}

test.describe('where there are thousands of reports', () => {
  const LISTEN = '127.0.0.1:18094';
  const REPORTS = 3_000;
  const binary = process.env['BORDERMAP_BIN'] ?? '../../target/release/bordermap';
  let server: ChildProcess | null = null;

  test.beforeAll(async ({ playwright, baseURL }) => {
    const folder = mkdtempSync(join(tmpdir(), 'bordermap-many-'));
    const [file, store] = [join(folder, 'many.geojson'), join(folder, 'store.gpkg')];
    const request = await playwright.request.newContext({ ...(baseURL && { baseURL }) });
    const shipped = await items(request, '');
    await request.dispose();
    writeFileSync(file, JSON.stringify({ type: 'FeatureCollection', features: Array.from({ length: REPORTS }, (_, i) => generated(i, shipped)) }));
    execFileSync(binary, ['import', file, '--layer', 'incidents', '--store', store]);
    server = spawn(binary, ['serve', '--listen', LISTEN, '--store', store], { stdio: 'ignore' });
    await expect.poll(async () => (await fetch(`http://${LISTEN}/health/ready`).catch(() => null))?.ok).toBe(true);
  });

  test.afterAll(async () => {
    if (!server) return;
    const ended = once(server, 'exit');
    server.kill();
    await ended;
  });

  /** The tests' page, which asks the server that has them. */
  async function open(page: Page, fragment: string): Promise<void> {
    await page.route('**/api/**', (route) => route.continue({ url: route.request().url().replace(/^http:\/\/[^/]+/, `http://${LISTEN}`), headers: { ...route.request().headers(), host: LISTEN } }));
    await openMap(page, fragment);
  }

  /** The names that are drawn, and from where. */
  const names = (page: Page): Promise<string[]> => page.evaluate(() =>
    window.bordermap.map.queryRenderedFeatures({ layers: ['places', 'crossing-names', 'country-names'] })
      .map(({ properties, geometry }) => `${String(properties['label'])} ${JSON.stringify(geometry.coordinates)}`).sort());

  for (const view of ['', 'map=7.5/35.5/45.8', 'map=9.2/35.5/45.9']) {
    test(`marks are as large as what they stand for, and names stay above them: ${view || 'first view'}`, async ({ page }) => {
      await open(page, view);
      await expect(page.locator('.count strong')).toContainText(/3,\d{3} reports/);
      const drawn = await clusters(page);
      for (const a of drawn) for (const b of drawn) if (a.n > b.n) expect(a.size).toBeGreaterThanOrEqual(b.size);
      expect(new Set(drawn.map(({ size }) => size)).size).toBeGreaterThanOrEqual(2);
      expect(Math.max(...drawn.map(({ size }) => size)) - Math.min(...drawn.map(({ size }) => size))).toBeGreaterThanOrEqual(8);
      const layers = await page.evaluate(() => window.bordermap.map.getStyle().layers.map(({ id }) => id));
      for (const name of ['places', 'country-names', 'crossing-names', 'cluster-numbers']) expect(layers.indexOf(name)).toBeGreaterThan(layers.indexOf('clusters-back'));
      const withReports = await names(page);
      await page.screenshot({ path: test.info().outputPath('many.png') });
      expect(withReports.length).toBeGreaterThan(4);
      await page.evaluate(() => { location.hash += '&to=1990-01-01'; });
      await expect(page.locator('.empty')).toBeVisible();
      await settle(page);
      expect(await names(page)).toEqual(withReports);
    });
  }
});

/** A report that never was, about a shipped one: for looks only, in a store that goes with the test. */
function generated(i: number, shipped: readonly Item[]): unknown {
  // The same numbers in every run.
  const chance = (salt: number): number => (Math.abs(Math.sin(i * 12.9898 + salt * 78.233)) * 43_758.5453) % 1;
  // Most lie about few of them.
  const model = shipped[Math.floor(chance(1) ** 3 * shipped.length)] ?? shipped[0];
  if (!model) throw new Error('no report is shipped');
  const [lng, lat] = model.geometry.coordinates;
  const { title, summary, category, date, date_precision, place, country, admin1, position_precision, status, sources } = model.properties;
  return {
    type: 'Feature',
    id: `look-${i}`,
    geometry: { type: 'Point', coordinates: [lng + (chance(2) - 0.5) * 0.3, lat + (chance(3) - 0.5) * 0.3] },
    properties: { title, summary, category, date, date_precision, place, country, admin1, position_precision, status, sources },
  };
}

for (const lang of ['en', 'ar', 'fa', 'ckb']) {
  test(`no name lies over a number on a telephone (${lang})`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await openMap(page, `lang=${lang}`);
    // Names in a colour that nothing else has.
    await page.evaluate(() => {
      for (const layer of ['places', 'country-names', 'crossing-names']) for (const property of ['text-color', 'text-halo-color']) window.bordermap.map.setPaintProperty(layer, property, '#f0f');
    });
    await settle(page);
    const picture = (await page.locator('.maplibregl-canvas').screenshot({ scale: 'css' })).toString('base64');
    const over = await page.evaluate(async (png) => {
      // The page's policy lets nothing be fetched from a data address.
      const image = await createImageBitmap(new Blob([Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0))], { type: 'image/png' }));
      const pen = new OffscreenCanvas(image.width, image.height).getContext('2d', { willReadFrequently: true });
      if (!pen) throw new Error('no canvas');
      pen.drawImage(image, 0, 0);
      const { map } = window.bordermap;
      const names = pen.getImageData(0, 0, image.width, image.height).data.filter((_, i, all) => i % 4 === 0 && (all[i] ?? 0) > 240 && (all[i + 1] ?? 255) < 16 && (all[i + 2] ?? 0) > 240).length;
      const covered = map.queryRenderedFeatures({ layers: ['clusters'] }).filter(({ geometry }) => {
        const { x, y } = map.project((geometry as { coordinates: [number, number] }).coordinates);
        if (x < 6 || y < 6 || x > image.width - 6 || y > image.height - 6) return false;
        const { data } = pen.getImageData(Math.round(x) - 6, Math.round(y) - 5, 12, 10);
        return data.some((red, i) => i % 4 === 0 && red > 240 && (data[i + 1] ?? 255) < 16 && (data[i + 2] ?? 0) > 240);
      });
      return { names, covered: covered.map(({ properties }) => Number(properties['n'])) };
    }, picture);
    expect(over.names).toBeGreaterThan(100);
    expect(over.covered).toEqual([]);
  });
}
