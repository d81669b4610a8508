// What is downloaded is exactly what the filter selects.

import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { ids, items, listedIds, openMap, settle, type Item } from './harness';

async function download(page: Page, format: 'geojson' | 'csv'): Promise<string> {
  const waiting = page.waitForEvent('download');
  await page.locator(`.export [data-format=${format}]`).click();
  const file = await waiting;
  expect(file.suggestedFilename()).toMatch(new RegExp(`\\.${format}$`));
  return readFile(await file.path(), 'utf8');
}

async function filterByHand(page: Page): Promise<void> {
  await page.locator('.filters summary').click();
  await page.getByRole('checkbox', { name: 'Clash' }).check();
  await page.getByRole('checkbox', { name: 'Air, missile or drone strike' }).check();
  await page.getByLabel('From', { exact: true }).fill('2022-01-01');
  await page.getByLabel('To', { exact: true }).fill('2023-12-31');
  await page.getByLabel('To', { exact: true }).blur();
}

const QUERY = 'category=clash&category=strike&datetime=2022-01-01/2023-12-31';

test('GeoJSON and CSV hold what the filter selects', async ({ page, request }) => {
  await openMap(page);
  await filterByHand(page);
  const selected = await items(request, QUERY);
  expect(selected.length).toBeGreaterThan(3);
  expect(selected.length).toBeLessThan((await items(request, '')).length);
  await expect.poll(async () => (await listedIds(page)).sort()).toEqual(ids(selected).sort());
  await settle(page);

  const geojson = JSON.parse(await download(page, 'geojson')) as { features: Item[] };
  expect(ids(geojson.features).sort()).toEqual(ids(selected).sort());
  for (const { properties } of geojson.features) {
    expect(['clash', 'strike']).toContain(properties['category']);
    expect(String(properties['date'])).toMatch(/^202[23]-/);
  }
  const rows = (await download(page, 'csv')).split(/\r?\n/);
  expect(rows[0]).toContain('id');
  for (const id of ids(selected)) expect(rows.filter((row) => row.includes(id))).toHaveLength(1);
  const column = (rows[0] ?? '').split(',').indexOf('id');
  expect(rows.filter((row) => /^iib-\d+$/.test(row.split(',')[column] ?? ''))).toHaveLength(selected.length);
});

test('with a point, the export is what lies within the radius', async ({ page, request }) => {
  await openMap(page, 'at=45.95,35.62&radius=60km&category=clash');
  const selected = await items(request, 'near=45.95,35.62&radius=60km&category=clash');
  const geojson = JSON.parse(await download(page, 'geojson')) as { features: Item[] };
  expect(ids(geojson.features)).toEqual(ids(selected));
  await expect(page.locator('.export')).toContainText(`${selected.length} report`);
});

test('an empty selection offers what to relax, and no export', async ({ page }) => {
  await openMap(page, 'to=1990-01-01');
  await expect(page.locator('.empty')).toContainText('Nothing that fits this filter was reported');
  await expect(page.locator('.export')).toBeHidden();
});

test('a reversed time is not asked', async ({ page }) => {
  await openMap(page, 'from=2023-01-01');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.locator('.filters summary').click();
  await page.getByLabel('To', { exact: true }).fill('2022-01-01');
  await page.getByLabel('To', { exact: true }).blur();
  await expect(page.locator('.filters [role=alert]')).toBeVisible();
  expect(asked).toEqual([]);
});
