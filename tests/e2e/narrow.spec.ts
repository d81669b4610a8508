// A telephone: 360 pixels wide, under a finger.

import { expect, test, type Page } from '@playwright/test';
import { fragment, ids, inCorridor, items, listedIds, openMap, pointAt, settle } from './harness';

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

/** Controls smaller than 24 by 24 pixels that are not words within a sentence (WCAG 2.5.8). */
async function small(page: Page): Promise<string[]> {
  return page.locator('button:visible, a:visible, input:visible, select:visible, summary:visible, [role=button]:visible').evaluateAll((controls) =>
    controls
      .filter((control) => {
        const own = control.getBoundingClientRect();
        // A box is as large as the label that ticks it; text links may run in their line.
        const around = control.closest('label')?.getBoundingClientRect() ?? own;
        const inText = control.tagName === 'A' && getComputedStyle(control).display === 'inline';
        return own.width > 1 && !inText && (Math.max(own.height, around.height) < 24 || Math.max(own.width, around.width) < 24);
      })
      .map((control) => control.outerHTML.slice(0, 120)),
  );
}

const VIEWS = ['', 'at=45.95,35.62&radius=40km', 'incident=iib-012', 'crossing=bashmaq-penjwen', 'to=1990-01-01&category=clash'];

for (const language of ['en', 'ckb']) {
  test(`nothing is cut off or too small to touch (${language})`, async ({ page }) => {
    for (const view of VIEWS) {
      await openMap(page, `lang=${language}&${view}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), view).toBe(360);
      const inner = await page.locator('#panel').evaluate((panel) => panel.scrollWidth - panel.clientWidth);
      expect(inner, view).toBeLessThanOrEqual(0);
      expect(await small(page), view).toEqual([]);
      await page.goto('about:blank');
    }
  });
}

for (const language of ['en', 'fa', 'ckb', 'ar']) {
  test(`the first view shows nothing beyond the ground that is drawn (${language})`, async ({ page }) => {
    await openMap(page, `lang=${language}`);
    const [west, south, east, north] = await page.evaluate(() => {
      const bounds = window.bordermap.map.getBounds();
      return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()] as const;
    });
    expect(Math.min(west - 40, south - 28, 56 - east, 41 - north)).toBeGreaterThan(-0.05);
  });
}

test('a tap on the map asks, and the answer is in sight', async ({ page }) => {
  await openMap(page, 'map=8.5/35.62/45.95');
  const canvas = await page.locator('.maplibregl-canvas').boundingBox();
  if (!canvas) throw new Error('no map');
  await page.touchscreen.tap(canvas.x + canvas.width / 2 - 60, canvas.y + canvas.height / 2 - 60);
  await expect(page.locator('.around')).toBeInViewport();
  // The first report is looked for before all else, even where the head of the answer then lies above the view.
  await expect(page.locator('.report').first()).toBeInViewport({ ratio: 1 });
});

/** Where the map stands once it stands still: its zoom, and how far from its middle a position lies, in halves of its size. */
async function standing(page: Page, at: [number, number]): Promise<{ zoom: number; off: number }> {
  await settle(page);
  return page.evaluate((position) => {
    const { map } = window.bordermap;
    const { clientWidth, clientHeight } = map.getCanvas();
    const { x, y } = map.project(position);
    return { zoom: map.getZoom(), off: Math.max(Math.abs((2 * x) / clientWidth - 1), Math.abs((2 * y) / clientHeight - 1)) };
  }, at);
}

for (const text of ['Marivan', 'km 454', 'Bashmaq']) {
  test(`the map goes to ${text}, though the answer makes it smaller meanwhile, and stays there`, async ({ page, request }) => {
    await openMap(page);
    await page.locator('#search').fill(text);
    await page.locator('.search-row button').tap();
    await expect.poll(() => fragment(page).has('at') || fragment(page).has('crossing')).toBe(true);
    const [lng, lat] = (fragment(page).get('at') ?? '').split(',').map(Number);
    const crossing = (await items(request, '', 'crossings')).find(({ id }) => id === fragment(page).get('crossing'));
    const at = crossing?.geometry.coordinates ?? ([lng, lat] as [number, number]);
    await expect.poll(async () => (await standing(page, at)).zoom).toBeGreaterThan(6.8);
    expect((await standing(page, at)).off).toBeLessThan(0.7);
    await page.locator('#strip-toggle').tap();
    await expect(page.locator('.strip-plot')).toBeVisible();
    await expect.poll(async () => (await standing(page, at)).off).toBeLessThan(0.9);
    expect((await standing(page, at)).zoom).toBeGreaterThan(5.5);
  });
}

test('a tap on open ground moves nothing from under the finger', async ({ page }) => {
  await openMap(page);
  const canvas = await page.locator('.maplibregl-canvas').boundingBox();
  if (!canvas) throw new Error('no map');
  const before = await page.evaluate(() => window.bordermap.map.getZoom());
  const finger = { x: Math.round(canvas.x + 60), y: Math.round(canvas.y + canvas.height / 2) };
  await page.touchscreen.tap(finger.x, finger.y);
  await expect(page.locator('.around')).toBeVisible();
  await settle(page);
  const [lng = NaN, lat = NaN] = (fragment(page).get('at') ?? '').split(',').map(Number);
  const { x, y } = await pointAt(page, [lng, lat]);
  expect(Math.hypot(x - finger.x, y - finger.y)).toBeLessThan(2);
  expect(await page.evaluate(() => window.bordermap.map.getZoom())).toBeCloseTo(before, 3);
  // Nothing lies near: where that is, is the answer.
  await expect(page.locator('.empty')).toBeVisible();
  await expect(page.locator('.around h2, .around strong').first()).toBeInViewport({ ratio: 1 });
});

/** A finger put down, moved and lifted. */
async function swipe(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at?: { x: number; y: number }): Promise<unknown> =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: at ? [at] : [] });
  await touch('touchStart', from);
  for (let step = 1; step <= 6; step++) await touch('touchMove', { x: from.x + ((to.x - from.x) * step) / 6, y: from.y + ((to.y - from.y) * step) / 6 });
  await touch('touchEnd');
  await session.detach();
}

async function middle(page: Page, selector: string): Promise<{ x: number; y: number }> {
  const box = await page.locator(selector).boundingBox();
  if (!box) throw new Error(`no ${selector}`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

test('a finger drags the ring, and brushes the strip', async ({ page, request }) => {
  await openMap(page, 'map=8/35.62/45.95&at=45.95,35.62&radius=20km');
  const [pin, handle] = [await middle(page, '.ask-pin'), await middle(page, '.ask-handle')];
  await swipe(page, handle, { x: handle.x + (handle.x - pin.x) / 2, y: handle.y });
  await expect.poll(() => parseFloat(fragment(page).get('radius') ?? '')).toBeGreaterThan(25);
  expect(parseFloat(fragment(page).get('radius') ?? '')).toBeLessThan(35);
  await settle(page);
  await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, `near=45.95,35.62&radius=${fragment(page).get('radius')}`)));

  await page.goto('about:blank');
  await openMap(page, 'strip=open');
  await expect(page.locator('.strip-marks svg').first()).toBeAttached();
  const plot = await page.locator('.strip-heat').boundingBox();
  if (!plot) throw new Error('no strip');
  await swipe(page, { x: plot.x + plot.width * 0.3, y: plot.y + plot.height * 0.2 }, { x: plot.x + plot.width * 0.7, y: plot.y + plot.height * 0.5 });
  await expect.poll(() => fragment(page).get('corridor')).toMatch(/^\d+-\d+,50km$/);
  await settle(page);
  await expect.poll(() => listedIds(page)).toEqual(ids(await inCorridor(page, request)));
});

test('the settings are in reach of a finger', async ({ page }) => {
  await openMap(page);
  await page.locator('.settings-button').tap();
  await page.locator('[data-value="dark"]').tap();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  const menu = await page.locator('#settings').boundingBox();
  expect(menu?.x).toBeGreaterThanOrEqual(0);
  expect((menu?.x ?? 0) + (menu?.width ?? 999)).toBeLessThanOrEqual(360);
  await page.keyboard.press('Escape');
});
