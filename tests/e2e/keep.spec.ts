// What the map shows, it still shows when the page gives it another size.

import { expect, test, type Page } from '@playwright/test';
import { fragment, items, openMap, settle } from './harness';

interface Standing {
  zoom: number;
  lng: number;
  lat: number;
}

async function standing(page: Page): Promise<Standing> {
  await settle(page);
  const [zoom = NaN, lat = NaN, lng = NaN] = (fragment(page).get('map') ?? '').split('/').map(Number);
  return { zoom, lat, lng };
}

async function toggleStrip(page: Page): Promise<void> {
  const open = await page.locator('.strip-plot').isVisible();
  await page.locator('#strip-toggle').click();
  await expect(page.locator('.strip-plot')).toBeVisible({ visible: !open });
}

/** Makes the page so high, and waits until the map has its new height. */
async function resize(page: Page, height: number): Promise<void> {
  const mapHeight = (): Promise<number> => page.evaluate(() => window.bordermap.map.getCanvas().clientHeight);
  const [before, { width } = { width: 1280 }] = [await mapHeight(), page.viewportSize() ?? undefined];
  await page.setViewportSize({ width, height });
  await expect.poll(mapHeight).not.toBe(before);
}

test('the strip opens and closes as often as one likes, and a look of one’s own comes back', async ({ page }) => {
  await openMap(page, 'map=8/35.5/46.2');
  const canvas = await page.locator('.maplibregl-canvas').boundingBox();
  if (!canvas) throw new Error('no map');
  await page.mouse.move(canvas.x + canvas.width / 3, canvas.y + canvas.height / 3);
  await page.mouse.wheel(0, -300);
  await expect.poll(async () => (await standing(page)).zoom).toBeGreaterThan(8.1);
  const own = await standing(page);
  await toggleStrip(page);
  const above = await standing(page);
  // All that was in view is in view.
  expect(above.zoom).toBeLessThan(own.zoom);
  for (let time = 0; time < 3; time++) {
    await toggleStrip(page);
    expect(await standing(page)).toEqual(own);
    await toggleStrip(page);
    expect(await standing(page)).toEqual(above);
  }
});

test('a strip that opens while the map glides to a crossing does not stop it short', async ({ page, request }) => {
  await openMap(page);
  const crossing = (await items(request, '', 'crossings')).find(({ id }) => id === 'bashmaq-penjwen');
  const [lng = NaN, lat = NaN] = crossing?.geometry.coordinates ?? [];
  await page.locator('#search').fill('Bashmaq');
  await page.locator('#search').press('Enter');
  await expect.poll(() => page.evaluate(() => window.bordermap.map.isMoving())).toBe(true);
  await toggleStrip(page);
  const there = await standing(page);
  expect(there.zoom).toBeCloseTo(8.5, 1);
  expect(there.lat).toBeCloseTo(lat, 1);
  expect(there.lng).toBeCloseTo(lng, 1);
});

test('a circle that was dragged elsewhere is not looked for where it was', async ({ page }) => {
  await openMap(page);
  await page.locator('#search').fill('Marivan');
  await page.locator('#search').press('Enter');
  await expect(page.locator('.around')).toBeVisible();
  await settle(page);
  const pin = await page.locator('.ask-pin').boundingBox();
  if (!pin) throw new Error('no pin');
  const asked = fragment(page).get('at');
  await page.mouse.move(pin.x + pin.width / 2, pin.y + pin.height / 2);
  await page.mouse.down();
  await page.mouse.move(pin.x - 150, pin.y - 100, { steps: 8 });
  await page.mouse.up();
  await expect.poll(() => fragment(page).get('at')).not.toBe(asked);
  const before = await standing(page);
  await resize(page, 500);
  expect(await standing(page)).toEqual(before);
  await page.locator('#radius').fill('90');
  await page.locator('#radius').press('Enter');
  await expect.poll(() => fragment(page).get('radius')).toBe('90km');
  await resize(page, 700);
  expect(await standing(page)).toEqual(before);
});
