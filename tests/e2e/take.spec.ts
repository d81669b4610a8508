// What is taken away is what is asked: files, pictures, paper, links.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, type APIRequestContext, type Page } from '@playwright/test';
import { ids, items, listedIds, openMap, settle, type Item } from './harness';

/** Fragment and parameters of one question. */
const FRAGMENT = 'map=8/35.6/45.9&at=45.95,35.62&radius=60km&category=clash,strike&from=2020-01-01';
const NAME = 'incidents-clash-strike-from-2020-01-01-near-35.62N-45.95E-60km';
const QUERY = 'near=45.95,35.62&radius=60km&category=clash&category=strike&datetime=2020-01-01/..';

async function take(page: Page, what: 'export' | 'picture' | 'share'): Promise<void> {
  await page.locator(`[data-take=${what}]`).click();
  await expect(page.locator('dialog')).toBeVisible();
}

async function download(page: Page, button: string): Promise<{ name: string; bytes: Buffer }> {
  const waiting = page.waitForEvent('download');
  await page.locator(button).click();
  const file = await waiting;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

async function matched(request: APIRequestContext, layer: string, query: string): Promise<number> {
  const page = (await (await request.get(`/api/collections/${layer}/items?limit=1&${query}`)).json()) as { numberMatched: number };
  return page.numberMatched;
}

/** How many features a text file has. */
const COUNTED: Record<string, (text: string) => number> = {
  geojson: (text) => (JSON.parse(text) as { features: Item[] }).features.length,
  geojsonl: (text) => text.trim().split('\n').length,
  csv: (text) => text.split(/\r?\n/).filter((row) => /(^|,)iib-\d+(,|$)/.test(row)).length,
  kml: (text) => text.split('<Placemark').length - 1,
  gpx: (text) => text.split('<wpt ').length - 1,
};

test('the export has as many features as it says, in each format, by hand and by curl', async ({ page, request }) => {
  await openMap(page, FRAGMENT);
  await take(page, 'export');
  const [selected, all] = [await matched(request, 'incidents', QUERY), await matched(request, 'incidents', '')];
  expect(selected).toBeGreaterThan(1);
  expect(selected).toBeLessThan(all);
  await expect(page.locator('.choice').nth(0)).toContainText(`${selected} features`);
  await expect(page.locator('.choice').nth(1)).toContainText(`${all} features`);

  const description = (await (await request.get('/api/openapi.json')).json()) as { components: { parameters: Record<string, { schema: { enum: string[] } }> } };
  const offered = await page.locator('#export-format option').evaluateAll((options) => options.map((option) => option.getAttribute('value')));
  expect(offered.sort()).toEqual(description.components.parameters['f.exportFeatures']?.schema.enum.sort());

  for (const [format, count] of Object.entries(COUNTED)) {
    await page.locator('#export-format').selectOption(format);
    const { name, bytes } = await download(page, '#export-download');
    // By its name the file says what was taken.
    expect(name).toBe(`${NAME}.${format}`);
    expect(count(bytes.toString('utf8')), format).toBe(selected);
  }

  await page.locator('#export-format').selectOption('geojson');
  const folder = await mkdtemp(join(tmpdir(), 'bordermap-curl-'));
  await promisify(execFile)('sh', ['-c', await page.locator('#export-curl').inputValue()], { cwd: folder });
  const [file = ''] = await readdir(folder);
  expect(file).toBe(`${NAME}.geojson`);
  const fetched = JSON.parse(await readFile(join(folder, file), 'utf8')) as { features: Item[] };
  expect(ids(fetched.features)).toEqual(ids(await items(request, QUERY)));
  const asked = (await (await request.get(await page.locator('#export-address').inputValue())).json()) as { features: Item[] };
  expect(ids(asked.features)).toEqual(ids(fetched.features));

  await page.getByLabel('The whole layer').check();
  const whole = await download(page, '#export-download');
  expect(COUNTED['geojson']?.(whole.bytes.toString('utf8'))).toBe(all);

  // Of another layer only what it understands is asked, and what isn't is said.
  await page.locator('#export-layer').selectOption('crossings');
  await page.getByLabel('The current selection').check();
  const crossings = await matched(request, 'crossings', 'near=45.95,35.62&radius=60km');
  await expect(page.locator('.choice').nth(0)).toContainText(new RegExp(`(?<!\\d)${crossings} feature`));
  await expect(page.locator('.asked .without')).toHaveCount(2);
  const near = await download(page, '#export-download');
  expect(COUNTED['geojson']?.(near.bytes.toString('utf8'))).toBe(crossings);
  expect([near.name, whole.name]).toEqual(['crossings-near-35.62N-45.95E-60km.geojson', 'incidents.geojson']);
});

test('an empty selection says so; the whole layer can still be had', async ({ page, request }) => {
  await openMap(page, 'to=1990-01-01');
  await expect(page.locator('.empty')).toBeVisible();
  await take(page, 'export');
  await expect(page.locator('.choice').nth(0)).toContainText('0 features');
  await expect(page.locator('.choice').nth(1)).toContainText(`${await matched(request, 'incidents', '')} features`);
});

test('whose data they are is said in English from the left, and apart from the words of another language', async ({ page }) => {
  await openMap(page, 'lang=ar');
  await take(page, 'export');
  await expect(page.locator('.rights p')).toHaveCount(3);
  const said = await page.locator('.rights p').evaluateAll((parts) => parts.map((part) => [/[a-z]{3}/i.test(part.textContent ?? ''), /[\u0600-\u06ff]/.test(part.textContent ?? ''), (part as HTMLElement).lang, getComputedStyle(part).direction]));
  expect(said).toEqual([[true, false, 'en', 'ltr'], [false, true, '', 'rtl'], [true, false, 'en', 'ltr']]);
});

test('a link opens the same view', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openMap(page, FRAGMENT);
  const listed = await listedIds(page);
  await take(page, 'share');
  await page.locator('[data-copies=share-link]').click();
  await expect(page.locator('dialog [role=status]').first()).not.toBeEmpty();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(new URL(link).hash).toBe(`#${FRAGMENT}`);
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog')).toHaveCount(0);
  await expect(page.locator('[data-take=share]')).toBeFocused();
  const other = await context.newPage();
  await other.goto(link.replace('#', '?inspect#'));
  await settle(other);
  expect(await listedIds(other)).toEqual(listed);
});

/** A PNG's width and height, and how many colours a page finds in it. */
async function look(page: Page, png: Buffer): Promise<{ width: number; height: number; colours: number }> {
  const base64 = png.toString('base64');
  return page.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const pen = new OffscreenCanvas(image.width, image.height).getContext('2d');
    pen?.drawImage(image, 0, 0);
    const pixels = new Uint32Array(pen?.getImageData(0, 0, image.width, image.height).data.buffer ?? new ArrayBuffer(0));
    return { width: image.width, height: image.height, colours: new Set(pixels).size };
  }, base64);
}

for (const lang of ['en', 'ckb'] as const) {
  test(`a picture of the map is as large as it says, and not blank (${lang})`, async ({ page }) => {
    await openMap(page, `${FRAGMENT}&lang=${lang}`);
    const map = await page.evaluate(() => {
      const { width, height } = window.bordermap.map.getCanvas();
      return { width, height };
    });
    await take(page, 'picture');
    await expect(page.locator('#picture-save')).toBeEnabled();
    const { name, bytes } = await download(page, '#picture-save');
    expect(name).toMatch(/^bordermap-map-\d{4}-\d{2}-\d{2}\.png$/);
    const once = await look(page, bytes);
    expect(once.width).toBe(map.width);
    expect(once.height).toBeGreaterThan(map.height + 100);
    expect(once.colours).toBeGreaterThan(200);
    await test.info().attach(`picture-${lang}.png`, { body: bytes, contentType: 'image/png' });
    if (lang !== 'en') return;
    await page.locator('#picture-ratio').selectOption('2');
    await expect(page.locator('.dialog-picture [role=status]')).toContainText('2,');
    const twice = await look(page, (await download(page, '#picture-save')).bytes);
    expect([twice.width, twice.height]).toEqual([once.width * 2, once.height * 2]);
    // The screen is as sharp as it was.
    expect(await page.evaluate(() => window.bordermap.map.getCanvas().width)).toBe(map.width);
  });
}

for (const lang of ['en', 'fa'] as const) {
  test(`a picture of the strip has its names, shades and marks (${lang})`, async ({ page }) => {
    await openMap(page, `strip=open&lang=${lang}`);
    await expect(page.locator('.strip-marks svg').first()).toBeAttached();
    const plot = await page.locator('.strip-plot').evaluate(({ clientWidth: width, clientHeight: height }) => ({ width, height }));
    await take(page, 'picture');
    await page.locator('#picture-of').selectOption('strip');
    await expect(page.locator('.picture-preview canvas')).toHaveAttribute('width', String(plot.width));
    const { name, bytes } = await download(page, '#picture-save');
    expect(name).toMatch(/^bordermap-strip-\d{4}-\d{2}-\d{2}\.png$/);
    const once = await look(page, bytes);
    expect(once.width).toBe(plot.width);
    expect(once.height).toBeGreaterThan(plot.height + 100);
    expect(once.colours).toBeGreaterThan(100);
    await test.info().attach(`strip-${lang}.png`, { body: bytes, contentType: 'image/png' });
    await page.locator('#picture-ratio').selectOption('2');
    await expect(page.locator('.picture-preview canvas')).toHaveAttribute('width', String(plot.width * 2));
  });
}

test('the picture is offered of the map alone while no strip is open', async ({ page }) => {
  await openMap(page);
  await take(page, 'picture');
  await expect(page.locator('#picture-save')).toBeEnabled();
  await expect(page.locator('#picture-of')).toHaveCount(0);
});

test('on paper: the map, what is asked, and every report with its sources', async ({ page, request }) => {
  await openMap(page, FRAGMENT);
  const selected = await items(request, QUERY);
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('#print h2')).toHaveText(`${selected.length} reports`);
  await expect(page.locator('.print-reports > li')).toHaveCount(selected.length);
  await expect(page.locator('#panel')).toBeHidden();
  for (const { properties } of selected) {
    const [source] = properties['sources'] as { name: string }[];
    await expect(page.locator('.print-reports')).toContainText(source?.name ?? 'no source');
  }
  const colours = await page.locator('#print canvas').evaluate((canvas: HTMLCanvasElement) => {
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data.buffer;
    return new Set(new Uint32Array(pixels ?? new ArrayBuffer(0))).size;
  });
  expect(colours).toBeGreaterThan(200);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect(page.locator('#print')).toBeEmpty();
});

for (const lang of ['en', 'fa'] as const) {
  test(`paper is white, as wide as it is, and cuts nothing, in ${lang} and from a dark page`, async ({ page }) => {
    await openMap(page, `${FRAGMENT}&lang=${lang}&theme=dark`);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    // A4 without its margins of 14 mm, in CSS pixels.
    await page.setViewportSize({ width: 688, height: 1016 });
    const look = await page.evaluate(() => {
      const luminance = (colour: string): number => Math.max(...(colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number));
      const styled = (part: string): CSSStyleDeclaration => getComputedStyle(document.querySelector(part) ?? document.body);
      const canvas = document.querySelector<HTMLCanvasElement>('#print canvas');
      const { width = 0, height = 0, left = 0, right = 0 } = canvas?.getBoundingClientRect() ?? {};
      const parts = [...document.querySelectorAll('#print :is(h1, h2, p, li, canvas, svg)')].map((part) => part.getBoundingClientRect());
      return {
        paper: luminance(styled('body').backgroundColor),
        ink: [...document.querySelectorAll('#print :is(h1, h2, p, strong)')].map((part) => luminance(getComputedStyle(part).color)).filter((light) => light > 110),
        wide: document.documentElement.scrollWidth - innerWidth,
        outside: parts.filter((part) => part.left < -1 || part.right > innerWidth + 1).length,
        shape: canvas ? width / height - canvas.width / canvas.height : 1,
        map: [Math.round(right - left) > 400, height * (25.4 / 96) <= 151],
        cut: [...document.querySelectorAll('.print-reports > li, #print figure')].filter((part) => getComputedStyle(part).breakInside !== 'avoid').length,
        direction: styled('#print').direction,
        digits: styled('.print-reports').listStyleType,
        legend: document.querySelectorAll('.print-legend li .mark').length,
        marks: styled('#print .mark').getPropertyValue('print-color-adjust'),
      };
    });
    expect(look).toMatchObject({ paper: 255, ink: [], wide: 0, outside: 0, map: [true, true], cut: 0, direction: lang === 'fa' ? 'rtl' : 'ltr', digits: lang === 'fa' ? 'persian' : 'decimal', marks: 'exact' });
    expect(Math.abs(look.shape)).toBeLessThan(0.02);
    expect(look.legend).toBeGreaterThan(4);
    await page.screenshot({ path: test.info().outputPath('paper.png'), fullPage: true });
    const file = await page.pdf({ format: 'A4' });
    await test.info().attach(`paper-${lang}.pdf`, { body: file, contentType: 'application/pdf' });
    // The map and the first reports, then the rest.
    expect(file.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0).toBeGreaterThan(1);
  });
}
