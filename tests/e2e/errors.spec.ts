// What fails is said and can be tried again; what is empty says what to relax; what is old says how old.

import { expect, test, type Locator } from '@playwright/test';
import { fragment, ids, items, listedIds, openMap } from './harness';

test('words a problem itself, and keeps the sentence of the server for support', async ({ page }) => {
  const detail = 'All threads are taken by byte 23.';
  await page.route('**/items/iib-012', (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', json: { type: 'about:blank#busy', code: 'busy', title: 'Busy', status: 503, detail } }));
  await openMap(page, 'incident=iib-012&category=protest');
  const alert = page.locator('.notice [role=alert]');
  await expect(alert).toContainText('too much to do');
  await expect(page.locator('.detail')).toContainText('has no answer');
  await expect(page.getByText(detail)).toBeHidden();
  await alert.locator('summary').click();
  await expect(page.getByText(detail)).toBeVisible();
  await page.locator('.back').click();
  await expect(alert).toBeEmpty();
  await expect(page.locator('.report').first()).toBeVisible();
});

/** Its edges cross at 34.5° N, 45.5° E. */
const BOW = '45,34,46,35,46,34,45,35';

test('an area that crosses itself is said in words and marked; nothing claims an answer to it, and mending it ends that', async ({ page, request }) => {
  await openMap(page, 'map=7.5/34.6/45.6&strip=open&compare=2023-03-19,365d');
  const all = (await items(request, '')).length;
  await expect(page.locator('.count')).toContainText(`${all} reports`);
  await expect(page.locator('.compare table')).toBeVisible();
  await page.evaluate((polygon) => { location.hash += `&polygon=${polygon}`; }, BOW);
  const alert = page.locator('.notice [role=alert]');
  await expect(alert).toContainText('crosses itself at 34.5000° N, 45.5000° E');
  // Not by the sentence of the server, which speaks of bytes; and once, however many questions it was.
  await expect(alert.locator('.error')).toHaveCount(1);
  for (const words of await page.locator('body').allInnerTexts()) expect(words).not.toContain('byte');
  await expect.poll(() => page.evaluate(() => window.bordermap.map.queryRenderedFeatures({ layers: ['faults-fault'] }).length)).toBe(1);
  await expect.poll(() => page.evaluate(() => window.bordermap.map.queryRenderedFeatures({ layers: ['incidents', 'clusters'] }).length)).toBe(0);
  await expect(page.locator('.reports')).toBeHidden();
  await expect(page.locator('#results .unanswered')).toBeVisible();
  await expect(page.locator('.take-count')).toHaveText('not answered');
  await expect(page.locator('.strip-note')).toHaveText('not answered');
  await expect(page.locator('.compare table')).toHaveCount(0);
  await page.locator('[data-take=export]').click();
  await expect(page.locator('dialog [role=alert]')).toContainText('crosses itself');
  await expect(page.locator('#export-download')).not.toHaveAttribute('href');
  await page.keyboard.press('Escape');
  await alert.getByRole('button', { name: 'Drop the drawn area' }).click();
  await expect(alert).toBeEmpty();
  await expect(page.locator('.count')).toContainText(`${all} reports`);
  await expect(page.locator('.take-count')).toHaveText(`${all} reports`);
  await expect(page.locator('.compare table')).toBeVisible();
  await expect(page.locator('.strip-note')).toContainText('reports');
  await expect.poll(() => page.evaluate(() => window.bordermap.map.queryRenderedFeatures({ layers: ['faults-fault', 'area-fault'] }).length)).toBe(0);
});

test('words that nothing can be looked for by are said, with a button that drops them', async ({ page, request }) => {
  await openMap(page, 'text=,&category=clash');
  const alert = page.locator('.notice [role=alert]');
  await alert.getByRole('button', { name: 'Drop the words “,”' }).click();
  await expect(alert).toBeEmpty();
  expect([fragment(page).get('text'), fragment(page).get('category')]).toEqual([null, 'clash']);
  await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, 'category=clash&sortby=-date')));
});

test('tries again when told to', async ({ page, request }) => {
  const problem = { type: 'about:blank#busy', code: 'busy', title: 'Unavailable', status: 503, detail: 'The store is being repaired.', request_id: 'r-1' };
  await page.route('**/api/collections/incidents/items*', (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', json: problem }),
  );
  await openMap(page, 'lang=fa');
  const alert = page.locator('.notice [role=alert]');
  await expect(alert).toContainText('کارساز هم‌اکنون کار بسیار دارد');
  await expect(page.locator('.take-count')).toHaveText('بی‌پاسخ');
  await alert.locator('summary').click();
  await expect(alert.locator('.support')).toContainText('r-1');
  await page.unroute('**/api/collections/incidents/items*');
  await alert.getByRole('button', { name: 'دوباره بیازمایید' }).click();
  await expect(alert).toBeEmpty();
  const all = ids(await items(request, ''));
  await expect.poll(async () => (await listedIds(page)).every((id) => all.includes(id))).toBe(true);
  await expect(page.locator('.report').first()).toBeVisible();
});

test('keeps what it showed while the server is away, says how old that is, and recovers by itself', async ({ page, request }) => {
  await openMap(page);
  const shown = await listedIds(page);
  await page.route('**/api/**', (route) => route.abort('connectionrefused'));
  await page.route('**/health/**', (route) => route.abort('connectionrefused'));
  await page.evaluate(() => { location.hash = 'category=clash'; });
  const away = page.locator('.notice .away');
  await expect(away).toContainText('could not be reached');
  await expect(away).toContainText(/as of \d\d:\d\d/);
  // The notice leaves less room for rows; those that are there are the same.
  const kept = await listedIds(page);
  expect(kept.length).toBeGreaterThan(5);
  expect(kept).toEqual(shown.slice(0, kept.length));
  // They answer the question before, and neither list nor foot says otherwise.
  await expect(page.locator('.count')).toContainText('Not answered yet');
  await expect(page.locator('.take-count')).toHaveText('not answered');
  await page.unroute('**/health/**');
  await page.unroute('**/api/**');
  // The question that failed is asked again without a hand.
  const clashes = ids(await items(request, 'category=clash'));
  await expect(page.locator('.count')).toContainText(`${clashes.length} reports`);
  await expect.poll(async () => (await listedIds(page)).every((id) => clashes.includes(id))).toBe(true);
  await expect(away).toBeEmpty();
});

test('says at once when the network goes, in sight whatever is open', async ({ page, context }) => {
  await openMap(page);
  const filters = page.locator('#filters');
  if (!(await filters.evaluate((element: HTMLDetailsElement) => element.open))) await filters.locator('summary').click();
  await page.locator('#panel').evaluate((panel) => { panel.scrollTo(0, 400); });
  await context.setOffline(true);
  const away = page.locator('.notice .away');
  await expect(away).toContainText('No connection');
  await expect(away).toBeInViewport({ ratio: 1 });
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(away).toBeInViewport({ ratio: 1 });
  await expect(page.locator('.report').first()).toBeVisible();
  await context.setOffline(false);
  await expect(away).toBeEmpty();
});

test('an answer of many pages says how far it has come', async ({ page }) => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => { release = resolve; });
  // As if the first page were all that fits: the page after it is held back.
  await page.route('**/api/collections/incidents/items*', async (route) => {
    const address = new URL(route.request().url());
    if (address.searchParams.has('cursor')) await held;
    else address.searchParams.set('limit', '100');
    await route.continue({ url: address.href });
  });
  await page.goto('/?inspect#');
  await expect(page.locator('.loading')).toHaveText(/100 of \d+/);
  await expect(page.locator('.under-way progress')).toHaveAttribute('value', '100');
  release();
  await expect(page.locator('.loading')).toBeEmpty();
});

test('an empty answer offers what is in the way, with what lies behind it', async ({ page, request }) => {
  await openMap(page, 'to=1990-01-01&category=clash');
  await expect(page.locator('.empty')).toContainText('Nothing that fits this filter was reported');
  const clashes = await items(request, 'category=clash');
  const line = (button: string): Locator => page.locator('.relax li').filter({ has: page.getByRole('button', { name: button }) });
  await expect(line('Drop the dates')).toContainText('until 1 January 1990');
  await expect(line('Drop the dates')).toContainText(`${clashes.length} reports`);
  await expect(line('All categories')).toContainText('category: Clash');
  await expect(line('All categories')).toContainText('still none');
  const dates = page.getByRole('button', { name: 'Drop the dates' });
  await dates.click();
  await expect.poll(async () => (await listedIds(page)).sort()).toEqual(ids(clashes).sort());
});

test('without a map the lists still answer and the strip opens', async ({ page, request }) => {
  await page.addInitScript(() => {
    const plain = HTMLCanvasElement.prototype.getContext as (this: HTMLCanvasElement, kind: string, options?: unknown) => RenderingContext | null;
    const without = function (this: HTMLCanvasElement, kind: string, options?: unknown): RenderingContext | null {
      return kind.startsWith('webgl') ? null : plain.call(this, kind, options);
    };
    HTMLCanvasElement.prototype.getContext = without as HTMLCanvasElement['getContext'];
  });
  await page.goto('/');
  await expect(page.locator('.notice')).toContainText('WebGL');
  await expect(page.locator('#map-wait')).toHaveCount(0);
  await expect(page.locator('.count')).toContainText(`${(await items(request, '')).length} reports`);
  await page.locator('#strip-toggle').click();
  await expect(page.locator('#strip svg').first()).toBeVisible();
  await page.locator('.report').first().click();
  await expect(page.locator('.detail h2')).toBeVisible();
});

test('around a point, what is in the way is named one by one: area, category, words, days and the point itself', async ({ page }) => {
  await openMap(page, 'map=7/35.6/45.9&at=45.95,35.62&radius=30km&box=44,29,45,30&category=protest&text=drone&from=2020-01-01');
  const lines = page.locator('.relax li');
  await expect(lines).toHaveCount(5);
  for (const words of ['since 1 January 2020', 'category: Protest', 'containing “drone”', 'in the box from', 'within 30']) await expect(lines.filter({ hasText: words })).toHaveCount(1);
  await expect(lines.filter({ hasText: 'still none' })).toHaveCount(5);
  await expect(page.locator('.relax')).toContainText('several together are');
  await page.getByRole('button', { name: 'Ask everywhere' }).click();
  await expect(lines).toHaveCount(4);
  expect(fragment(page).get('at')).toBeNull();
});
