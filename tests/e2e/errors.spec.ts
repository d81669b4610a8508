// What fails is said in the server's own words, and can be tried again.

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

test('says that the server is out of reach', async ({ page }) => {
  await openMap(page);
  await page.route('**/api/**', (route) => route.abort('connectionrefused'));
  await page.locator('.filters summary').click();
  await page.getByRole('checkbox', { name: 'Clash' }).check();
  await expect(page.locator('.notice [role=alert]')).toContainText('could not be reached');
});
