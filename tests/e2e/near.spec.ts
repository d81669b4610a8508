// A click asks what was reported around it; the list is the API's answer, in its order.

import { expect, test } from '@playwright/test';
import { clickAt, fragment, ids, items, listedIds, openMap, pointAt, settle } from './harness';

const PENJWEN = 'map=8.5/35.62/45.95';
/** Beside Penjwen, where nothing is drawn, so that the click asks and doesn't open a report. */
const BESIDE: [number, number] = [45.86, 35.72];

test('a click yields the right near list', async ({ page, request }) => {
  await openMap(page, PENJWEN);
  await clickAt(page, BESIDE);
  await expect(page.locator('.around')).toBeVisible();
  await settle(page);
  const at = fragment(page).get('at');
  const [lng, lat] = (at ?? '').split(',').map(Number);
  expect(lng).toBeCloseTo(BESIDE[0], 2);
  expect(lat).toBeCloseTo(BESIDE[1], 2);
  const answer = await items(request, `near=${at}&radius=25km`);
  expect(answer.length).toBeGreaterThan(1);
  await expect.poll(() => listedIds(page)).toEqual(ids(answer));
  // District and town positions are never said more finely than "about".
  await expect(page.locator('.report-distance').first()).toContainText('about');
});

test('says border kilometre, distance and side as the API does', async ({ page, request }) => {
  await openMap(page, `${PENJWEN}&at=46.18,35.52`);
  const answer = await request.get('/api/border/locate?point=46.18,35.52');
  const { km, side } = (await answer.json()) as { km: number; side: 'IQ' | 'IR' };
  const located = page.locator('.located');
  expect(Number(await located.getAttribute('data-km'))).toBeCloseTo(km, 2);
  await expect(located).toContainText({ IQ: 'Iraqi side', IR: 'Iranian side' }[side]);
});

test('a point outside both countries has no side, and one off the map a way back', async ({ page }) => {
  await openMap(page, 'at=47.978,29.376');
  const located = page.locator('.located');
  await expect(located).toContainText('Outside Iraq and Iran');
  await expect(located).not.toContainText('side,');
  await expect(located).not.toContainText('Iraqi side');
  await expect(page.locator('.off-map')).toHaveCount(0);
  await openMap(page, 'at=0,0');
  await expect(located).toContainText('Outside Iraq and Iran');
  await expect(page.locator('.off-map')).toContainText('outside the map’s area');
  await page.getByRole('button', { name: 'Back to the border' }).click();
  await expect(page.locator('.off-map')).toHaveCount(0);
  expect(fragment(page).get('at')).toBeNull();
  // Searched for, it is shown no other way: the map stays at the border, and on a telephone sentence and way back are in sight.
  await page.setViewportSize({ width: 390, height: 844 });
  for (const [text, at] of [['0,0', '0,0'], ['45.95,95', '95,45.95']] as const) {
    await page.locator('#search').fill(text);
    await page.locator('#search').press('Enter');
    await expect.poll(() => fragment(page).get('at')).toBe(at);
    await settle(page);
    const { width, height } = await page.evaluate(() => window.bordermap.map.getCanvas().getBoundingClientRect());
    for (const end of [[44.78, 37.14], [48.58, 29.95]] as [number, number][]) {
      const { x, y } = await pointAt(page, end);
      expect([x > 0 && x < width, y > 0 && y < height], text).toEqual([true, true]);
    }
    await expect(page.locator('.around h2')).toBeInViewport({ ratio: 1 });
    await expect(page.locator('.off-map')).toBeInViewport({ ratio: 1 });
    const way = await page.getByRole('button', { name: 'Back to the border' }).boundingBox();
    const foot = await page.locator('.take').boundingBox();
    expect((way?.y ?? NaN) + (way?.height ?? NaN)).toBeLessThanOrEqual(foot?.y ?? NaN);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  // Latitude first, where the address has longitude first.
  await openMap(page, 'at=35.52,46.18');
  await page.getByRole('button', { name: 'Exchange them' }).click();
  await expect.poll(() => fragment(page).get('at')).toBe('46.18,35.52');
  await expect(located).toContainText('Iranian side');
  // The segment's name comes after the point's answer. Another language in the address of an open page would load it twice.
  await page.goto('about:blank');
  await openMap(page, 'lang=fa&at=46.18,35.52');
  await expect(located).toBeVisible();
  await expect(located).not.toContainText(/[a-z]{3}/i);
});

test('the radius can be typed and slid, and the list follows', async ({ page, request }) => {
  await openMap(page, `${PENJWEN}&at=45.95,35.62`);
  await page.locator('#radius').fill('60');
  await page.locator('#radius').press('Enter');
  const wide = ids(await items(request, 'near=45.95,35.62&radius=60km'));
  await expect.poll(() => listedIds(page)).toEqual(wide);
  expect(fragment(page).get('radius')).toBe('60km');
  await page.locator('#radius-slider').press('Home');
  await expect.poll(() => fragment(page).get('radius')).toBe('1km');
  const narrow = ids(await items(request, 'near=45.95,35.62&radius=1km'));
  expect(narrow.length).toBeLessThan(wide.length);
});

test('the ring is dragged by its handle', async ({ page, request }) => {
  await openMap(page, `${PENJWEN}&at=45.95,35.62&radius=10km`);
  const handle = await page.locator('.ask-handle').boundingBox();
  const pin = await page.locator('.ask-pin').boundingBox();
  if (!handle || !pin) throw new Error('no ring');
  const y = handle.y + handle.height / 2;
  const reach = handle.x - pin.x;
  await page.mouse.move(handle.x + handle.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(handle.x + handle.width / 2 + reach, y, { steps: 8 });
  await page.mouse.up();
  await expect.poll(() => parseFloat(fragment(page).get('radius') ?? '')).toBeGreaterThan(15);
  const radius = fragment(page).get('radius') ?? '';
  expect(parseFloat(radius)).toBeLessThan(25);
  await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, `near=45.95,35.62&radius=${radius}`)));
});

test('where nothing lies within the radius, the nearest are offered', async ({ page, request }) => {
  await openMap(page, 'map=7/31/51&at=51,31&radius=5km');
  const nearest = ids((await items(request, 'near=51,31')).slice(0, 3));
  await expect(page.locator('.empty')).toContainText('Nothing in this selection');
  await expect.poll(() => listedIds(page)).toEqual(nearest);
  await expect(page.locator('.take-count')).toHaveText('0 reports');
});

test('the keyboard asks about the centre of the map', async ({ page }) => {
  await openMap(page, PENJWEN);
  await page.locator('.maplibregl-canvas').focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.around')).toBeVisible();
  expect(fragment(page).get('at')).toMatch(/^45\.9\d*,35\.6\d*$/);
});

test('a radius is read as it is typed, and what cannot be asked is said beside the field', async ({ page }) => {
  await openMap(page, 'map=8/35.6/45.9&at=45.95,35.62');
  const field = page.locator('#radius');
  const fault = page.locator('#radius-fault');
  const type = async (text: string): Promise<void> => {
    await field.fill(text);
    await field.press('Enter');
  };
  for (const [text, radius, shown] of [['12,5', '12.5km', '12.5'], ['۳۰', '30km', '30'], ['١٢٫٥ ', '12.5km', '12.5'], ['40 km', '40km', '40']] as const) {
    await type(text);
    await expect.poll(() => fragment(page).get('radius')).toBe(radius);
    await expect(field).toHaveValue(shown);
    await expect(fault).toBeHidden();
  }
  for (const [text, words] of [['0', 'from 0.1 to 2,000'], ['-5', 'from 0.1 to 2,000'], ['2500', 'from 0.1 to 2,000'], ['far', 'no number'], ['1,234', '1.234 or 1234']] as const) {
    await type(text);
    await expect(fault).toContainText(words);
    // What stands in the field is not what is asked: that is said, to eyes and ears.
    await expect(fault).toContainText(/In force stays: 40\skm/);
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAttribute('aria-describedby', 'radius-fault');
    expect(fragment(page).get('radius')).toBe('40km');
  }
  await field.press('Escape');
  await expect(field).toHaveValue('40');
  await expect(fault).toBeHidden();
});

test('a group tells no distance to a point that nobody asked about, and is what is counted and exported', async ({ page, request }) => {
  // The position that most reports share.
  const places = (await items(request, '')).map(({ geometry }) => geometry.coordinates.join());
  const shared = places.toSorted((a, b) => places.filter((at) => at === b).length - places.filter((at) => at === a).length)[0] ?? '';
  const members = await items(request, `near=${shared}&radius=600m`);
  expect(members.length).toBeGreaterThan(1);
  await openMap(page, `group=${shared}`);
  await expect.poll(async () => (await listedIds(page)).length).toBe(members.length);
  await expect(page.locator('.report-distance')).toHaveCount(0);
  await expect(page.locator('.take-count')).toHaveText(`${members.length} reports`);
  await page.locator('[data-take=export]').click();
  await expect(page.locator('.choice').first()).toContainText(`${members.length} features`);
  await page.keyboard.press('Escape');
  // A point that is asked about has its distances, in the one form.
  await openMap(page, 'at=45.95,35.62');
  await expect(page.locator('.report-distance').first()).toHaveText(/about \d+\skm±\d+\skm/);
  await expect(page.locator('.near-crossing')).toContainText(/about \d+\skm ±\d+\skm/);
});

test('a crossing that is searched for takes the place of the point; the handle leaves the point free at every zoom', async ({ page }) => {
  await openMap(page, 'map=4.6/33.6/46.5&at=45.95,35.62&radius=5km');
  const [pin, handle] = [await page.locator('.ask-pin').boundingBox(), await page.locator('.ask-handle').boundingBox()];
  expect(pin && handle && (pin.x > handle.x + handle.width || handle.x > pin.x + pin.width)).toBe(true);
  await page.locator('#search').fill('Bashmaq');
  await page.locator('#search').press('Enter');
  await expect(page.locator('.detail h2')).toContainText('Bashmaq');
  expect(fragment(page).get('at')).toBeNull();
  await expect(page.locator('.ask-pin')).toHaveCount(0);
});

test('a crossing takes the place of the point, however it is opened, and Back asks around the point again', async ({ page, request }) => {
  const [crossing] = await items(request, 'near=45.95,35.62', 'crossings');
  if (!crossing) throw new Error('no crossing');
  const [lng, lat] = crossing.geometry.coordinates;
  const ways: (() => Promise<void>)[] = [
    () => page.locator('.near-crossing [data-crossing]').click(),
    () => clickAt(page, crossing.geometry.coordinates),
  ];
  for (const open of ways) {
    await page.goto('about:blank');
    await openMap(page, `map=11/${lat}/${lng}&at=45.95,35.62&radius=40km&sort=distance`);
    await expect(page.locator('.ask-pin')).toHaveCount(1);
    await open();
    await expect(page.locator('.detail')).toHaveAttribute('data-id', crossing.id);
    expect([fragment(page).get('at'), fragment(page).get('sort')]).toEqual([null, null]);
    await expect(page.locator('.ask-pin')).toHaveCount(0);
    await page.goBack();
    await expect(page.locator('.around')).toBeVisible();
    expect([fragment(page).get('at'), fragment(page).get('sort')]).toEqual(['45.95,35.62', 'distance']);
    await expect(page.locator('.ask-pin')).toHaveCount(1);
    // The panel's own way back leads to what it was opened from, too.
    await settle(page);
    await open();
    await page.locator('.detail .back').click();
    await expect(page.locator('.around')).toBeVisible();
    expect(fragment(page).get('at')).toBe('45.95,35.62');
  }
});
