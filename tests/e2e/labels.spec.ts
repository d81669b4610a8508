// Arabic script on the map is what the browser's own text engine draws, Sorani letters included.

import { expect, test, type Page } from '@playwright/test';
import { items, openMap, settle, type Item } from './harness';

const SIZE_PX = 44;
const JOINERS = /[\u200c\u200d]/g;

/** Leaves one place's label alone on the canvas, black and large, and photographs it. */
async function photograph(page: Page, id: string, text: string | null): Promise<string> {
  await page.evaluate(
    ({ id, text, size }) => {
      const { map } = window.bordermap;
      document.getElementById('legend')?.removeAttribute('open');
      for (const layer of map.getStyle().layers) {
        if (layer.id !== 'places' && layer.id !== 'water') map.setLayoutProperty(layer.id, 'visibility', 'none');
      }
      map.setFilter('places', ['==', ['get', 'id'], id]);
      map.setPaintProperty('water', 'background-color', '#ffffff');
      map.setPaintProperty('places', 'text-color', '#000000');
      map.setPaintProperty('places', 'text-halo-width', 0);
      map.setLayoutProperty('places', 'text-size', size);
      map.setLayoutProperty('places', 'text-font', ['Vazirmatn']);
      map.setLayoutProperty('places', 'text-max-width', 100);
      map.setLayoutProperty('places', 'text-field', text ?? ['get', 'label']);
    },
    { id, text, size: SIZE_PX },
  );
  await settle(page);
  const box = await page.locator('#stage').boundingBox();
  if (!box) throw new Error('no map');
  // The middle of the map, clear of its controls.
  const clip = { x: box.x + 60, y: box.y + 60, width: box.width - 140, height: box.height - 160 };
  return (await page.screenshot({ clip, animations: 'disabled' })).toString('base64');
}

/** How alike the photograph is to the same text drawn by the browser: 1 is the same ink, 0 none shared. */
async function likeness(page: Page, photo: string, text: string): Promise<number> {
  return page.evaluate(
    async ({ photo, text, size }) => {
      const [width, height] = [320, 120];
      /** Darkness of the inked part, brought to one size. */
      const ink = (source: CanvasImageSource, w: number, h: number): Float32Array => {
        const canvas = new OffscreenCanvas(w, h);
        const pen = canvas.getContext('2d', { willReadFrequently: true });
        if (!pen) throw new Error('no canvas');
        pen.drawImage(source, 0, 0);
        const { data } = pen.getImageData(0, 0, w, h);
        let [left, top, right, bottom] = [w, h, -1, -1];
        for (let i = 0; i < w * h; i++) {
          if ((data[i * 4] ?? 255) > 140) continue;
          const [x, y] = [i % w, Math.floor(i / w)];
          [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
        }
        if (right < 0) throw new Error('nothing is drawn');
        const small = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
        if (!small) throw new Error('no canvas');
        small.drawImage(canvas, left, top, right - left + 1, bottom - top + 1, 0, 0, width, height);
        const pixels = small.getImageData(0, 0, width, height).data;
        return Float32Array.from({ length: width * height }, (_, i) => 1 - (pixels[i * 4] ?? 255) / 255);
      };
      const picture = new Image();
      picture.src = `data:image/png;base64,${photo}`;
      await picture.decode();
      await document.fonts.load(`${size}px Vazirmatn`, text);
      const drawn = new OffscreenCanvas(900, 160);
      const pen = drawn.getContext('2d');
      if (!pen) throw new Error('no canvas');
      pen.fillStyle = '#ffffff';
      pen.fillRect(0, 0, 900, 160);
      pen.fillStyle = '#000000';
      pen.font = `${size}px Vazirmatn`;
      pen.direction = 'rtl';
      pen.textAlign = 'center';
      pen.fillText(text, 450, 90);
      const [a, b] = [ink(picture, picture.width, picture.height), ink(drawn, 900, 160)];
      let [shared, all] = [0, 0];
      a.forEach((dark, i) => {
        shared += Math.min(dark, b[i] ?? 0);
        all += Math.max(dark, b[i] ?? 0);
      });
      return shared / all;
    },
    { photo, text, size: SIZE_PX },
  );
}

async function openAt(page: Page, place: Item, labels: string): Promise<void> {
  const [lng, lat] = place.geometry.coordinates;
  await openMap(page, `map=12/${lat}/${lng}&labels=${labels}`);
}

const NAMES = [
  { labels: 'ckb', name: 'سلێمانی', sorani: true },
  { labels: 'ckb', name: 'قەڵادزێ', sorani: true },
  { labels: 'ckb', name: 'هەولێر', sorani: true },
  { labels: 'ar', name: 'السليمانية', sorani: false },
  { labels: 'fa', name: 'خرمشهر', sorani: false },
  { labels: 'en', name: 'Halabja', sorani: false },
];

for (const { labels, name, sorani } of NAMES) {
  test(`draws ${name} as the browser would (${labels})`, async ({ page, request }) => {
    const field = `name_${labels}`;
    const place = (await items(request, '', 'places')).find(({ properties }) => properties[field] === name);
    if (!place) throw new Error(`${name} is not among the places`);
    await openAt(page, place, labels);
    const label = await page.evaluate(
      (id) => window.bordermap.map.queryRenderedFeatures({ layers: ['places'] }).find(({ properties }) => properties['id'] === id)?.properties['label'],
      place.id,
    );
    expect(String(label).replace(JOINERS, '')).toBe(name);
    const right = await likeness(page, await photograph(page, place.id, null), name);
    test.info().annotations.push({ type: 'likeness', description: right.toFixed(3) });
    expect(right).toBeGreaterThan(0.6);
    if (!sorani) return;
    // Without the joiners the letters come apart: the measure must notice.
    const wrong = await likeness(page, await photograph(page, place.id, name), name);
    test.info().annotations.push({ type: 'likeness without joiners', description: wrong.toFixed(3) });
    expect(wrong).toBeLessThan(right - 0.1);
  });
}

test('labels need only the fonts that are shipped', async ({ page }) => {
  const fonts: string[] = [];
  page.on('response', (answer) => {
    if (answer.request().resourceType() === 'font' || answer.url().includes('woff')) fonts.push(answer.url());
  });
  await openMap(page);
  expect(fonts.some((url) => url.includes('arabic'))).toBe(true);
  expect(fonts.every((url) => url.includes('vazirmatn') && url.endsWith('.woff2'))).toBe(true);
});
