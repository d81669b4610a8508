// The list is exactly what the filter set by hand selects.

import { expect, test } from '@playwright/test';
import { ids, items, listedIds, openMap } from './harness';

test('categories and dates select what the API selects', async ({ page, request }) => {
  await openMap(page);
  await page.locator('.filters summary').click();
  await page.getByRole('checkbox', { name: 'Clash' }).check();
  await page.getByRole('checkbox', { name: 'Air, missile or drone strike' }).check();
  await page.getByLabel('From', { exact: true }).fill('2022-01-01');
  await page.getByLabel('To', { exact: true }).fill('2023-12-31');
  await page.getByLabel('To', { exact: true }).blur();
  const selected = await items(request, 'category=clash&category=strike&datetime=2022-01-01/2023-12-31');
  expect(selected.length).toBeGreaterThan(3);
  expect(selected.length).toBeLessThan((await items(request, '')).length);
  await expect.poll(async () => (await listedIds(page)).sort()).toEqual(ids(selected).sort());
});

test('a reversed time is not asked', async ({ page }) => {
  await openMap(page, 'from=2023-01-01');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.locator('.filters summary').click();
  await page.getByLabel('To', { exact: true }).fill('2022-01-01');
  await page.getByLabel('To', { exact: true }).blur();
  await expect(page.locator('.filters .warning[role=alert]')).toBeVisible();
  // A day is whole, and may still be one that can't be asked about.
  await page.getByLabel('From', { exact: true }).fill('0001-01-01');
  await page.getByLabel('From', { exact: true }).blur();
  await expect(page.locator('#from-fault')).toContainText('its year must lie between 1000 and 9999');
  await expect(page.locator('#from-fault')).toContainText(/In force stays: 1 Jan/);
  // The months are asked for where the filter opens, of the days in force.
  expect(asked.filter((url) => url.includes('2022-01-01'))).toEqual([]);
});
