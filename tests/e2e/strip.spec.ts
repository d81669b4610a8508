// The border strip: its numbers are the API's, hands and keys ask by it, and it and the map follow each other.

import { expect, test, type APIRequestContext, type Page } from '@playwright/test';
import { fragment, ids, inCorridor, items, listedIds, openMap, pointAt, settle, type Item } from './harness';

interface Profile {
  matched: number;
  counted: number;
  km_edges: number[];
  interval_starts: string[];
  counts: number[][];
  bin_totals: number[];
  interval_totals: number[];
  coverage: { first: string; last: string };
}

const DAY_MS = 86_400_000;
const WITHIN = 'filter=border_distance_m <= 50000';

async function profile(request: APIRequestContext, query: string): Promise<Profile> {
  const answer = await request.get(`/api/border/profile?${query}`);
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as Profile;
}

/** Where kilometre and day are on the screen, on the whole strip. */
async function onStrip(page: Page, request: APIRequestContext): Promise<(km: number, day: string) => { x: number; y: number }> {
  const { coverage, km_edges: edges } = await profile(request, 'bin_km=2000&interval=year');
  const [first, last] = [new Date(coverage.first), new Date(coverage.last)];
  const [start, end] = [Date.UTC(first.getUTCFullYear(), first.getUTCMonth()), Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + 1)];
  const box = await page.locator('.strip-heat').boundingBox();
  if (!box) throw new Error('no strip');
  return (km, day) => ({
    x: box.x + ((Date.parse(day) - start) / (end - start)) * box.width,
    y: box.y + (km / (edges.at(-1) ?? NaN)) * box.height,
  });
}

async function openStrip(page: Page, question = ''): Promise<void> {
  await openMap(page, `strip=open&${question}`);
  await expect(page.locator('.strip-note')).not.toBeEmpty();
}

async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await page.mouse.up();
}

/** The middle of a report's mark on the screen. */
async function markAt(page: Page, id: string): Promise<{ x: number; y: number }> {
  const box = await page.locator(`.strip-marks svg[data-id="${id}"]`).boundingBox();
  if (!box) throw new Error(`no mark of ${id}`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function markedIds(page: Page): Promise<string[]> {
  const marked = await page.locator('.strip-marks svg').evaluateAll((marks) => marks.map((mark) => (mark as SVGElement).dataset['id'] ?? ''));
  return marked.sort();
}

/** Reports that lie apart from all others on the strip, so that a pointer means them alone. */
async function alone(page: Page, all: Item[]): Promise<Item> {
  const places = await Promise.all(all.map(async (item) => ({ item, at: await markAt(page, item.id) })));
  const found = places.find(({ item, at }) => places.every((other) => other.item === item || Math.hypot(other.at.x - at.x, other.at.y - at.y) > 25));
  if (!found) throw new Error('all lie near others');
  return found.item;
}

test('marks and table are the API’s answer, with any filter', async ({ page, request }) => {
  await openStrip(page, 'category=clash');
  const clashes = await items(request, `category=clash&${WITHIN}`);
  expect(clashes.length).toBeGreaterThan(3);
  await expect.poll(() => markedIds(page)).toEqual(ids(clashes).sort());
  await expect(page.locator('.strip-note')).toContainText(String(clashes.length));

  await page.locator('#strip-as-table').click();
  const answer = await profile(request, `category=clash&bin_km=100&interval=year&${WITHIN}`);
  await expect(page.locator('.strip-table tbody tr')).toHaveCount(answer.counts.length);
  const shown = await page.locator('.strip-table tbody tr').evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => Number(cell.textContent))));
  expect(shown).toEqual(answer.counts.map((row, bin) => [...row, answer.bin_totals[bin]]));
  const totals = await page.locator('.strip-table tfoot td').allTextContents();
  expect(totals.map(Number)).toEqual([...answer.interval_totals, answer.counted]);

  await page.locator('#strip-as-table').click();
  await page.locator('#strip-within').selectOption('10000');
  await expect.poll(() => markedIds(page)).toEqual(ids(await items(request, 'category=clash&filter=border_distance_m <= 10000')).sort());
});

test('the table counts what days and corridor select, and follows them', async ({ page, request }) => {
  const CORRIDOR = 'filter=border_km BETWEEN 350 AND 750 AND border_distance_m <= 25000';
  await openStrip(page, 'corridor=350-750,25km&from=2021-01-01&to=2023-12-31');
  await page.locator('#strip-as-table').click();
  const expectTable = async (query: string): Promise<void> => {
    const { counted, interval_totals: totals } = await profile(request, `${query}&bin_km=100&interval=year`);
    await expect.poll(async () => (await page.locator('.strip-table tfoot td').allTextContents()).map(Number)).toEqual([...totals, counted]);
    await expect(page.locator('.strip-table tbody tr')).toHaveCount(5);
  };
  await expectTable(`${CORRIDOR}&datetime=2021-01-01/2023-12-31`);
  await expect(page.locator('.strip-table caption')).toContainText('350');
  await page.getByRole('button', { name: /^Remove: 1 Jan/ }).click();
  await expectTable(CORRIDOR);
});

test('a brush asks for its kilometres and days; list and map follow, and Back takes it back', async ({ page, request }) => {
  await openStrip(page);
  const at = await onStrip(page, request);
  await drag(page, at(300, '2019-06-01'), at(700, '2023-06-01'));
  await expect.poll(() => fragment(page).get('corridor')).not.toBeNull();
  await settle(page);
  const asked = fragment(page);
  const [km, within] = (asked.get('corridor') ?? '').split(',');
  const [fromKm = NaN, toKm = NaN] = (km ?? '').split('-').map(Number);
  const [from, to] = [asked.get('from') ?? '', asked.get('to') ?? ''];
  expect(within).toBe('50km');
  // A pixel is some days and kilometres.
  expect([Math.abs(fromKm - 300), Math.abs(toKm - 700)].every((off) => off <= 10), `${km}`).toBe(true);
  expect([Date.parse(from) - Date.parse('2019-06-01'), Date.parse(to) - Date.parse('2023-05-31')].every((off) => Math.abs(off) <= 10 * DAY_MS), `${from}/${to}`).toBe(true);
  const taken = await inCorridor(page, request);
  expect(taken.length).toBeGreaterThan(3);
  await expect.poll(() => listedIds(page)).toEqual(ids(taken));
  await expect(page.locator('.strip-taken')).toContainText(`km ${fromKm}–${toKm}`);
  // Clusters say how many they hold: together with single reports these are all.
  const onMap = await page.evaluate(() =>
    window.bordermap.map.queryRenderedFeatures({ layers: ['incidents', 'clusters'] }).map(({ properties }) => Number(properties['point_count'] ?? 1)),
  );
  expect(onMap.length).toBeGreaterThan(0);
  expect(onMap.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(taken.length);

  // Moving the brush by its middle keeps its size.
  await drag(page, at(500, '2021-06-01'), at(600, '2021-06-01'));
  await expect.poll(() => fragment(page).get('corridor')).not.toBe(asked.get('corridor'));
  const [moved = ''] = (fragment(page).get('corridor') ?? '').split(',');
  const [movedFrom = NaN, movedTo = NaN] = moved.split('-').map(Number);
  expect(Math.abs(movedFrom - fromKm - 100)).toBeLessThanOrEqual(10);
  expect(Math.abs(movedTo - movedFrom - (toKm - fromKm))).toBeLessThanOrEqual(2);

  await page.goBack();
  await expect.poll(() => fragment(page).get('corridor')).toBe(asked.get('corridor'));
  await expect.poll(() => listedIds(page)).toEqual(ids(taken));
  await page.locator('#strip-zoom').click();
  await expect(page.locator('#strip-whole')).toBeVisible();
  await expect.poll(() => markedIds(page)).toEqual(ids(taken).sort());
  await page.locator('#strip-whole').click();
  await page.locator('#strip-clear').click();
  await expect.poll(() => [fragment(page).get('corridor'), fragment(page).get('from'), fragment(page).get('to')]).toEqual([null, null, null]);
  await expect(page.locator('.strip-brush .selection')).toBeHidden();
});

test('what is pointed at shows in strip, map and list; a click opens it', async ({ page, request }) => {
  await openStrip(page, 'category=protest');
  const all = await items(request, `category=protest&${WITHIN}`);
  await expect.poll(() => markedIds(page)).toEqual(ids(all).sort());
  const report = await alone(page, all);
  const { id, geometry } = report;
  const chosen = (): Promise<string[]> =>
    page.evaluate(() => window.bordermap.map.queryRenderedFeatures({ layers: ['selected'] }).map(({ geometry: { coordinates } }) => String(coordinates)));

  const mark = await markAt(page, id);
  await page.mouse.move(mark.x, mark.y);
  await expect(page.locator('.strip-tip')).toContainText(String(report.properties['title']));
  await expect(page.locator(`.strip-marks svg[data-id="${id}"]`)).toHaveClass(/hovered/);
  await expect(page.locator('.strip-uncertain')).toHaveAttribute('d', /^M/);
  await expect.poll(async () => (await chosen()).length, 'on the map').toBe(1);

  await page.mouse.move(mark.x, 20);
  await expect(page.locator('.strip-marks .hovered')).toHaveCount(0);
  await page.locator(`.report[data-id="${id}"]`).hover();
  await expect(page.locator(`.strip-marks svg[data-id="${id}"]`)).toHaveClass(/hovered/);

  // On the map too, near enough for the report to stand alone.
  const [lng, lat] = geometry.coordinates;
  await page.evaluate((hash) => { location.hash = hash; }, `strip=open&category=protest&map=13/${lat}/${lng}`);
  await settle(page);
  const single = (): Promise<number> => page.evaluate(() => window.bordermap.map.queryRenderedFeatures({ layers: ['incidents'] }).length);
  await expect.poll(single).toBe(1);
  const { x, y } = await pointAt(page, geometry.coordinates);
  await page.mouse.move(x + 60, y + 60);
  await expect(page.locator('.strip-marks .hovered')).toHaveCount(0);
  await page.mouse.move(x, y);
  await expect(page.locator(`.strip-marks svg[data-id="${id}"]`)).toHaveClass(/hovered/);

  const again = await markAt(page, id);
  await page.mouse.click(again.x, again.y);
  await expect(page.locator('.detail')).toHaveAttribute('data-id', id);
  await page.goBack();
  await expect(page.locator('.detail')).toHaveCount(0);
});

test('keys walk the cells, take some and ask', async ({ page, request }) => {
  await openStrip(page, 'category=clash');
  await page.locator('#strip-as-table').focus();
  await page.keyboard.press('Tab');
  const plot = page.locator('.strip-plot');
  await expect(plot).toBeFocused();
  const said = plot.getByRole('status');
  await expect(said).toContainText(/km .*–/);
  const first = await said.textContent();
  await page.keyboard.press('ArrowRight');
  await expect(said).not.toHaveText(first ?? '');
  await page.keyboard.press('ArrowLeft');
  await expect(said).toHaveText(first ?? '');
  // From one filled cell to another, none is empty.
  await page.keyboard.press('Control+ArrowRight');
  await expect(said).not.toContainText(/^(No|0) /);
  await page.keyboard.press('ArrowLeft');
  for (const key of ['Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown']) await page.keyboard.press(key);
  await page.keyboard.press('Enter');
  await expect.poll(() => fragment(page).get('corridor')).not.toBeNull();
  await settle(page);
  await expect(plot).toBeFocused();
  const taken = await inCorridor(page, request, 'category=clash');
  expect(taken.length).toBeGreaterThan(0);
  await expect.poll(() => listedIds(page)).toEqual(ids(taken));
});

test('a click on a cell asks for it, and one beside all drops what was asked', async ({ page, request }) => {
  await openStrip(page, 'category=clash');
  const at = await onStrip(page, request);
  const all = await items(request, `category=clash&${WITHIN}`);
  await expect.poll(() => markedIds(page)).toEqual(ids(all).sort());
  await expect(page.locator('.strip-legend')).toContainText('quarter');
  const marks = await Promise.all(all.map(({ id }) => markAt(page, id)));
  // A click on a mark means the mark, so one goes where a cell with a report has none: near the end of its quarter.
  const places = all.map(({ properties }) => {
    const [km, date] = [Number(properties['border_km']), new Date(String(properties['date']).slice(0, 10))];
    const quarter = Date.UTC(date.getUTCFullYear(), 3 * Math.floor(date.getUTCMonth() / 3) + 3);
    return at(km, new Date(quarter - 5 * DAY_MS).toISOString());
  });
  const place = places.find(({ x, y }) => marks.every((mark) => Math.hypot(mark.x - x, mark.y - y) > 10));
  if (!place) throw new Error('every cell is covered by marks');
  await page.mouse.click(place.x, place.y);
  await expect.poll(() => fragment(page).get('corridor')).not.toBeNull();
  expect(fragment(page).get('from')).toMatch(/-(01|04|07|10)-01$/);
  const taken = await inCorridor(page, request, 'category=clash');
  expect(taken.length).toBeGreaterThan(0);
  await expect.poll(() => listedIds(page)).toEqual(ids(taken));

  const grid = Array.from({ length: 16 }, (_, i) => 50 + 100 * i).flatMap((km) => [2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025].map((year) => at(km, `${year}-05-15`)));
  const empty = grid.find(({ x, y }) => marks.every((mark) => Math.hypot(mark.x - x, mark.y - y) > 30));
  if (!empty) throw new Error('marks everywhere');
  await page.mouse.click(empty.x, empty.y);
  await expect.poll(() => [fragment(page).get('corridor'), fragment(page).get('from')]).toEqual([null, null]);
});

test('the strip says what of the border the map shows', async ({ page }) => {
  await openStrip(page, 'map=9/35.6/46.0');
  const stretch = async (): Promise<number> => {
    const heights = await page.locator('.strip-visible').evaluateAll((all) => all.map((shown) => shown.getBoundingClientRect().height));
    return heights.reduce((sum, height) => sum + height, 0);
  };
  await expect.poll(stretch).toBeGreaterThan(2);
  const near = await stretch();
  await page.evaluate(() => { location.hash = 'strip=open&map=5.5/33.6/46.0'; });
  await settle(page);
  await expect.poll(stretch).toBeGreaterThan(near * 3);
});

test('the head counts what list, foot and export count, with days and corridor in force', async ({ page, request }) => {
  await openStrip(page);
  const note = page.locator('.strip-note');
  const expectCounts = async (n: number): Promise<void> => {
    await expect(page.locator('.count strong')).toHaveText(`${n} reports`);
    await expect(page.locator('.take-count')).toHaveText(`${n} reports`);
    await expect(note).toHaveText(new RegExp(`^${n} reports( ·|$)`));
    await page.locator('[data-take=export]').click();
    await expect(page.locator('.choice').first()).toContainText(`${n} features`);
    await page.keyboard.press('Escape');
  };
  await expectCounts((await items(request, '')).length);
  const corridor = 'filter=border_km BETWEEN 350 AND 750 AND border_distance_m <= 25000';
  for (const [question, query] of [
    ['from=2018-01-01&to=2022-12-31', 'datetime=2018-01-01/2022-12-31'],
    ['corridor=350-750,25km', corridor],
    ['corridor=350-750,25km&from=2018-01-01&to=2024-12-31&category=clash,strike', `${corridor}&datetime=2018-01-01/2024-12-31&category=clash&category=strike`],
    ['box=45,35,46,36', 'bbox=45,35,46,36'],
  ] as const) {
    await page.evaluate((hash) => { location.hash = hash; }, `strip=open&${question}`);
    const selected = (await items(request, query)).length;
    expect(selected).toBeGreaterThan(1);
    await expectCounts(selected);
  }
  // Around a point the strip still shows all of the border, and says so.
  const all = (await items(request, '')).length;
  await page.evaluate(() => { location.hash = 'strip=open&at=45.95,35.62'; });
  await expect(note).toHaveText(new RegExp(`^${all} reports · also elsewhere`));
  expect(await page.locator('.take-count').innerText()).not.toBe(`${all} reports`);
});
