// Areas are drawn, changed and typed; what is listed is what the API answers; measures are geodesic.

import { expect, test, type APIRequestContext, type Page } from '@playwright/test';
import { clickAt, fragment, ids, items, listedIds, openMap, pointAt, settle } from './harness';

const VIEW = 'map=8/35.62/45.95';

async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}

async function middleOf(page: Page, selector: string): Promise<{ x: number; y: number }> {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`no ${selector}`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function expectListed(page: Page, request: APIRequestContext, query: string): Promise<number> {
  const answer = ids(await items(request, `sortby=-date&${query}`));
  await expect.poll(() => listedIds(page)).toEqual(answer);
  await expect(page.locator('.count strong')).toContainText(String(answer.length));
  return answer.length;
}

test('a box is drawn, cancelled, and changed by its corner', async ({ page, request }) => {
  await openMap(page, VIEW);
  await page.locator('[data-tool=box]').click();
  await expect(page.locator('.tool-bar')).toContainText('Drag a box');
  await page.keyboard.press('Escape');
  await expect(page.locator('.tool-bar')).toBeHidden();

  await page.locator('[data-tool=box]').click();
  await drag(page, await pointAt(page, [45.3, 36.1]), await pointAt(page, [46.1, 35.4]));
  await expect.poll(() => fragment(page).get('box')).not.toBeNull();
  expect(fragment(page).get('map')).toBe('8/35.62/45.95');
  expect(fragment(page).get('at')).toBeNull();
  const box = fragment(page).get('box') ?? '';
  const drawn = box.split(',').map(Number);
  for (const [i, degrees] of [45.3, 35.4, 46.1, 36.1].entries()) expect(drawn[i]).toBeCloseTo(degrees, 1);
  const found = await expectListed(page, request, `bbox=${box}`);
  expect(found).toBeGreaterThan(3);
  // Who is used to end with Enter draws nothing else by it, and asks nothing.
  await page.keyboard.press('Enter');
  await settle(page);
  expect([fragment(page).get('box'), fragment(page).get('at')]).toEqual([box, null]);

  // The first handle is the south-western corner.
  await drag(page, await middleOf(page, '.sketch-handle-corner'), await pointAt(page, [45.8, 35.8]));
  await expect.poll(() => fragment(page).get('box')).not.toBe(box);
  const smaller = fragment(page).get('box') ?? '';
  expect(smaller.split(',').slice(2)).toEqual(box.split(',').slice(2));
  await expectListed(page, request, `bbox=${smaller}`);
  await page.goBack();
  await expectListed(page, request, `bbox=${box}`);
  await page.locator('.chip').click();
  await expect.poll(() => fragment(page).get('box')).toBeNull();
  await expect(page.locator('.sketch-handle')).toHaveCount(0);
});

test('a polygon is drawn corner by corner', async ({ page, request }) => {
  await openMap(page, VIEW);
  await page.locator('[data-tool=polygon]').click();
  for (const at of [[45.3, 36.15], [46.4, 36], [46.1, 35.2], [45.4, 35.4], [45.3, 36.15]] as [number, number][]) {
    await clickAt(page, at);
    // Two quick clicks at different positions are no double click, but the map waits to see.
    await page.waitForTimeout(350);
  }
  await expect.poll(() => fragment(page).get('polygon')).not.toBeNull();
  const values = (fragment(page).get('polygon') ?? '').split(',');
  expect(values).toHaveLength(8);
  const ring = [...values, ...values.slice(0, 2)].join(' ').replace(/(\S+ \S+) /g, '$1, ');
  await expectListed(page, request, `filter=${encodeURIComponent(`S_INTERSECTS(geometry, POLYGON((${ring})))`)}`);
  await expect(page.locator('.sketch-handle-corner')).toHaveCount(4);
  await expect(page.locator('.sketch-handle-middle')).toHaveCount(4);
});

test('a corridor snaps to the border, and its kilometres can be typed', async ({ page, request }) => {
  await openMap(page, VIEW);
  const located = async (at: string): Promise<number> => {
    const answer = await request.get(`/api/border/locate?point=${at}`);
    return ((await answer.json()) as { km: number }).km;
  };
  await page.locator('[data-tool=corridor]').click();
  await clickAt(page, [45.5, 35.95]);
  await clickAt(page, [46.2, 35.1]);
  await expect.poll(() => fragment(page).get('corridor')).not.toBeNull();
  const [, from = '', to = ''] = /^([\d.]+)-([\d.]+),25km$/.exec(fragment(page).get('corridor') ?? '') ?? [];
  expect(Math.abs(Number(from) - (await located('45.5,35.95')))).toBeLessThan(0.5);
  expect(Math.abs(Number(to) - (await located('46.2,35.1')))).toBeLessThan(0.5);
  const asked = (a: string, b: string, m: number): string =>
    `filter=${encodeURIComponent(`border_km BETWEEN ${a} AND ${b} AND border_distance_m <= ${m}`)}`;
  expect(await expectListed(page, request, asked(from, to, 25_000))).toBeGreaterThan(3);

  await page.locator('.area-form summary').click();
  await expect(page.locator('#area-from')).toHaveValue(from);
  await page.locator('#area-from').fill('400');
  await page.locator('#area-to').fill('700');
  await page.locator('#area-within').fill('10');
  await page.locator('#area-within').press('Enter');
  await expect.poll(() => fragment(page).get('corridor')).toBe('400-700,10km');
  await expectListed(page, request, asked('400', '700', 10_000));
  // The end is the one that the search and links tell.
  await page.locator('#area-to').fill('1641.5');
  await page.locator('#area-to').press('Enter');
  await expect(page.locator('#area-to-fault')).toContainText('from 0 to 1,641.4 can');
  expect(fragment(page).get('corridor')).toBe('400-700,10km');
  await page.locator('#area-to').fill('300');
  await page.locator('#area-to').press('Enter');
  await expect(page.locator('.area-form .warning[role=alert]')).toBeVisible();
  expect(fragment(page).get('corridor')).toBe('400-700,10km');
});

test('with the keyboard alone, an area begins in the middle of the map and is typed', async ({ page, request }) => {
  await openMap(page, VIEW);
  await page.locator('[data-tool=box]').focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('#area-west')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('45.1');
  await page.keyboard.press('Enter');
  await expect.poll(() => fragment(page).get('box')).toMatch(/^45\.1,/);
  await expectListed(page, request, `bbox=${fragment(page).get('box') ?? ''}`);
});

test('distance and area are measured on the ellipsoid, and end with Escape', async ({ page }) => {
  await openMap(page, VIEW);
  await page.locator('[data-tool=measure]').click();
  await clickAt(page, [45.3, 36]);
  await page.waitForTimeout(350);
  await clickAt(page, [46.3, 36]);
  const bar = page.locator('.tool-bar');
  // A degree of longitude on the parallel of 36° is 90.16 km; a pixel of this zoom is half a kilometre.
  await expect(bar).toContainText(/Distance: (89\.[5-9]|90\.\d)/);
  await page.waitForTimeout(350);
  await clickAt(page, [46.3, 35.2]);
  await expect(bar).toContainText(/Distance: 17[89]\.\d\skm · Area: (3,9[89]|4,0[01])\d\skm²/);
  await page.locator('[data-act=done]').click();
  await expect(bar).toContainText('Around:');
  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  expect(fragment(page).get('at')).toBeNull();
});

test('a double click, Enter or Escape ends a drawing and leaves the map where it is', async ({ page }) => {
  await openMap(page, VIEW);
  const corners = (): number => (fragment(page).get('polygon') ?? '').split(',').length / 2;
  const draw = async (places: [number, number][]): Promise<void> => {
    await page.locator('[data-tool=polygon]').click();
    for (const at of places) {
      await clickAt(page, at);
      await page.waitForTimeout(350);
    }
  };
  const SHAPE: [number, number][] = [[45.3, 36.15], [46.4, 36], [46.1, 35.2]];
  await draw(SHAPE);
  const last = await pointAt(page, [45.4, 35.4]);
  await page.mouse.dblclick(last.x, last.y);
  await expect.poll(() => fragment(page).get('polygon')).not.toBeNull();
  expect(corners()).toBe(4);
  await expect(page.locator('.tool-bar')).toBeHidden();

  await draw(SHAPE);
  // A corner in the middle of the map by the keyboard, then the end.
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect.poll(() => fragment(page).get('polygon')).toMatch(/,45\.95,35\.62$/);
  expect(corners()).toBe(4);

  await draw(SHAPE.slice(0, 2));
  await page.keyboard.press('Enter');
  await expect(page.locator('.tool-bar')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('.tool-bar')).toBeHidden();

  await page.locator('[data-tool=measure]').click();
  await clickAt(page, [45.3, 36]);
  await page.waitForTimeout(350);
  const end = await pointAt(page, [46.3, 36]);
  await page.mouse.dblclick(end.x, end.y);
  await page.mouse.move(end.x, end.y + 60);
  const bar = page.locator('.tool-bar');
  await expect(bar).toContainText(/Measured\. Distance: (89\.[5-9]|90\.\d)/);
  for (const part of ['.tool-keys', '[data-act=done]', '[data-act=cancel]']) await expect(bar.locator(part)).toBeHidden();
  // It says that it is done, and a click elsewhere takes nothing of it away; another is measured when that is asked for.
  await page.waitForTimeout(600);
  await clickAt(page, [45.6, 35.4]);
  await expect(bar).toContainText(/Measured\. Distance: (89\.[5-9]|90\.\d)/);
  await page.locator('[data-act=again]').click();
  await expect(bar).toContainText('Click the points');
  await expect(bar.locator('[data-act=done]')).toBeVisible();
  await clickAt(page, [45.3, 36]);
  await page.waitForTimeout(600);
  await clickAt(page, [46.3, 36]);
  await page.locator('[data-act=done]').press('Enter');
  await expect(page.locator('[data-act=again]')).toBeFocused();
  await page.locator('[data-act=clear]').click();
  await expect(bar).toBeHidden();
  // Neither a zoom nor a question came of all that.
  await settle(page);
  expect([fragment(page).get('map'), fragment(page).get('at')]).toEqual(['8/35.62/45.95', null]);
});

test.describe('under a finger', () => {
  test.use({ hasTouch: true });
  test('a double tap ends an area', async ({ page }) => {
    await openMap(page, VIEW);
    await page.locator('[data-tool=polygon]').tap();
    for (const at of [[45.3, 36.15], [46.4, 36], [46.1, 35.2], [45.4, 35.4], [45.4, 35.4]] as [number, number][]) {
      const { x, y } = await pointAt(page, at);
      await page.touchscreen.tap(x, y);
    }
    await expect.poll(() => (fragment(page).get('polygon') ?? '').split(',').length).toBe(8);
    await settle(page);
    expect([fragment(page).get('map'), fragment(page).get('at')]).toEqual(['8/35.62/45.95', null]);
  });
});
