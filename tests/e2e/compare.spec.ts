// Before and after: every number is the API's, the segments on the map are in its colours, windows that leave the data say so.

import { expect, test, type APIRequestContext, type Page } from '@playwright/test';
import { fragment, ids, items, listedIds, openMap, settle } from './harness';

interface Counts {
  before: number;
  after: number;
  change: number;
}

interface Compared {
  segments: (Counts & { segment: string })[];
  unplaced: Counts;
  total: Counts;
  windows: Record<'before' | 'after', { from: string; until: string; incomplete: boolean }>;
}

async function compared(request: APIRequestContext, query: string): Promise<Compared> {
  const answer = await request.get(`/api/border/compare?${query}`);
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as Compared;
}

/** The table's rows: before, after and change of each segment, and of the whole. */
async function table(page: Page): Promise<{ segments: Record<string, number[]>; total: number[] }> {
  const figures = (cells: string[]): number[] => cells.map((cell) => Number(cell.replace(/[^\d-].*$/, '')));
  const rows = await page.locator('.compare-answer tbody tr[data-segment]').evaluateAll((all) =>
    all.map((row) => [row.getAttribute('data-segment') ?? '', [...row.querySelectorAll('td')].map((cell) => cell.textContent.replace('+', '').trim())] as const),
  );
  const total = await page.locator('.compare-answer tfoot td').allTextContents();
  return { segments: Object.fromEntries(rows.map(([id, cells]) => [id, figures(cells)])), total: figures(total.map((cell) => cell.replace('+', '').trim())) };
}

function figuresOf({ before, after, change }: Counts): number[] {
  return [before, after, change];
}

async function expectTable(page: Page, answer: Compared): Promise<void> {
  await expect
    .poll(() => table(page))
    .toEqual({ segments: Object.fromEntries(answer.segments.map((counts) => [counts.segment, figuresOf(counts)])), total: figuresOf(answer.total) });
}

test('agreements, days, windows and the filter: the numbers are the API’s', async ({ page, request }) => {
  await openMap(page);
  await page.locator('#compare-open').click();
  await expect(page.locator('#compare-title')).toBeFocused();
  expect(fragment(page).get('compare')).toBe('2023-03-19,365d');
  const first = await compared(request, 'at=2023-03-19&window=365d');
  expect(first.total.before + first.total.after).toBeGreaterThan(10);
  await expectTable(page, first);

  await page.locator('[data-day="2025-08-11"]').click();
  await expectTable(page, await compared(request, 'at=2025-08-11&window=365d'));
  await expect(page.locator('[data-day="2025-08-11"]')).toHaveAttribute('aria-pressed', 'true');
  await page.locator('#compare-window').selectOption('90');
  await expectTable(page, await compared(request, 'at=2025-08-11&window=90d'));
  await page.locator('#compare-window').selectOption('own');
  await page.locator('#compare-days').fill('500');
  await page.locator('#compare-days').press('Enter');
  await expectTable(page, await compared(request, 'at=2025-08-11&window=500d'));
  await page.locator('#compare-at').fill('2022-09-16');
  await expectTable(page, await compared(request, 'at=2022-09-16&window=500d'));
  expect(fragment(page).get('compare')).toBe('2022-09-16,500d');

  await page.evaluate(() => { location.hash += '&category=clash'; });
  await expectTable(page, await compared(request, 'at=2022-09-16&window=500d&category=clash'));
  await page.goBack();
  await expectTable(page, await compared(request, 'at=2022-09-16&window=500d'));
  await page.locator('#compare-close').click();
  await expect(page.locator('#compare')).toBeHidden();
  expect(fragment(page).get('compare')).toBeNull();
});

test('the segments are coloured by the change, with the figures beside them', async ({ page, request }) => {
  const answer = await compared(request, 'at=2023-03-19&window=365d');
  await openMap(page, 'compare=2023-03-19,365d&map=5.3/33.4/46.2');
  const drawn = (layer: string, name: string): Promise<unknown[]> =>
    page.evaluate(([id, key]) => window.bordermap.map.queryRenderedFeatures({ layers: [id ?? ''] }).map(({ properties }) => properties[key ?? '']), [layer, name]);
  await expect.poll(async () => [...new Set(await drawn('compare', 'id'))].sort()).toEqual(answer.segments.map(({ segment }) => segment).sort());
  const classes = await page.evaluate(() =>
    Object.fromEntries(window.bordermap.map.queryRenderedFeatures({ layers: ['compare'] }).map(({ properties }) => [properties['id'], properties['class']])),
  );
  for (const { segment, before, after } of answer.segments) {
    if (after > before * 2) expect(classes[segment], segment).toBe(4);
    else if (after < before / 2) expect(classes[segment], segment).toBe(0);
    else if (before + after === 0) expect(classes[segment], segment).toBe(-1);
    else expect([1, 2, 3], segment).toContain(classes[segment]);
  }
  const signed = (change: number): string => (change > 0 ? `+${change}` : String(change));
  const labels = answer.segments.filter(({ before, after }) => before + after).map(({ change }) => signed(change));
  await expect.poll(async () => (await drawn('compare-labels', 'label')).sort()).toEqual(labels.sort());

  // A row that is pointed at shows its segment.
  const [{ segment = '' } = {}] = answer.segments;
  await page.locator(`.compare-answer tr[data-segment="${segment}"]`).hover();
  await expect.poll(async () => [...new Set(await drawn('compare-hovered', 'id'))]).toEqual([segment]);
});

test('each window can be listed, and says when it leaves the data', async ({ page, request }) => {
  await openMap(page, 'compare=2023-03-19,365d');
  const { windows, total } = await compared(request, 'at=2023-03-19&window=365d');
  await expect(page.locator('.compare .warning')).toHaveCount(0);
  for (const name of ['before', 'after'] as const) {
    await page.locator(`[data-list=${name}]`).click();
    const last = new Date(Date.parse(windows[name].until) - 1).toISOString().slice(0, 10);
    await expect.poll(() => [fragment(page).get('from'), fragment(page).get('to')]).toEqual([windows[name].from.slice(0, 10), last]);
    const all = await items(request, `sortby=-date&datetime=${windows[name].from.slice(0, 10)}/${last}`);
    await expect.poll(() => listedIds(page)).toEqual(ids(all));
    // A report of a whole month that reaches beyond the window is of the period, but is not counted as of this window alone.
    expect(all.length).toBeGreaterThanOrEqual(total[name]);
  }
  await page.locator('[data-day="2025-08-11"]').click();
  await page.locator('#compare-window').selectOption('own');
  await page.locator('#compare-days').fill('3000');
  await page.locator('#compare-days').press('Enter');
  const far = await compared(request, 'at=2025-08-11&window=3000d');
  expect([far.windows.before.incomplete, far.windows.after.incomplete]).toEqual([true, true]);
  await expect(page.locator('.compare .warning')).toContainText('before and after', { ignoreCase: true });
  await settle(page);
});

test('days of the filter are said not to be applied where before and after have their own', async ({ page }) => {
  await openMap(page, 'compare=2023-03-19,365d&from=2020-01-01&to=2020-12-31');
  await expect(page.locator('.compare-uncompared')).toContainText('not applied here');
  await expect(page.locator('.chip')).toContainText('not in before and after');
  await page.locator('.chip').click();
  await expect(page.locator('.compare-uncompared')).toBeHidden();
});

test('names that come after the numbers are written all the same', async ({ page }) => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => { release = resolve; });
  await page.route(/collections\/border-25m\/items/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/?inspect#lang=fa&compare=2023-03-19,365d');
  const names = page.locator('.compare-answer tbody tr[data-segment] th');
  await expect(names.first()).toContainText(/[a-z]/);
  release();
  await expect(names.first()).toContainText('آذربایجان');
  expect((await names.allTextContents()).filter((name) => /[a-z]/i.test(name))).toEqual([]);
});
