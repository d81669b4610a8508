// What fails is said and can be tried again; what is empty says what to relax; what is old says how old.

import { expect, test } from '@playwright/test';
import { ids, items, listedIds, openMap } from './harness';

test('shows the detail of a problem', async ({ page, request }) => {
  const answer = await request.get('/api/collections/incidents/items/no-such-report');
  expect(answer.status()).toBe(404);
  const { detail } = (await answer.json()) as { detail: string };
  await openMap(page, 'incident=no-such-report');
  await expect(page.locator('.notice [role=alert]')).toContainText(detail);
  await page.locator('.back').click();
  await expect(page.locator('.notice [role=alert]')).toBeEmpty();
  await expect(page.locator('.report').first()).toBeVisible();
});

test('tries again when told to', async ({ page, request }) => {
  const problem = { type: 'about:blank', title: 'Unavailable', status: 503, detail: 'The store is being repaired.', request_id: 'r-1' };
  await page.route('**/api/collections/incidents/items*', (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', json: problem }),
  );
  await openMap(page);
  const alert = page.locator('.notice [role=alert]');
  await expect(alert).toContainText('The store is being repaired.');
  await expect(alert).toContainText('r-1');
  await page.unroute('**/api/collections/incidents/items*');
  await alert.getByRole('button', { name: 'Try again' }).click();
  await expect(alert).toBeEmpty();
  const all = ids(await items(request, ''));
  await expect.poll(async () => (await listedIds(page)).every((id) => all.includes(id))).toBe(true);
  await expect(page.locator('.count')).toContainText(`${all.length} reports`);
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
  await page.unroute('**/health/**');
  await page.unroute('**/api/**');
  // The question that failed is asked again without a hand.
  const clashes = ids(await items(request, 'category=clash'));
  await expect(page.locator('.count')).toContainText(`${clashes.length} reports`);
  await expect.poll(async () => (await listedIds(page)).every((id) => clashes.includes(id))).toBe(true);
  await expect(away).toBeEmpty();
});

test('says at once when the network goes', async ({ page, context }) => {
  await openMap(page);
  await context.setOffline(true);
  const away = page.locator('.notice .away');
  await expect(away).toContainText('No connection');
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
  await expect(page.locator('.notice progress')).toHaveAttribute('value', '100');
  release();
  await expect(page.locator('.loading')).toBeEmpty();
});

test('an empty answer offers what is in the way, with what lies behind it', async ({ page, request }) => {
  await openMap(page, 'to=1990-01-01&category=clash');
  await expect(page.locator('.empty')).toContainText('Nothing that fits this filter was reported');
  const clashes = await items(request, 'category=clash');
  const dates = page.getByRole('button', { name: 'Drop the dates' });
  await expect(dates).toContainText(`${clashes.length} reports`);
  // Behind the categories nothing lies either: that button would only disappoint.
  await expect(page.getByRole('button', { name: 'All categories' })).toBeHidden();
  await dates.click();
  await expect.poll(async () => (await listedIds(page)).sort()).toEqual(ids(clashes).sort());
});
