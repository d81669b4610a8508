// The address holds the whole state: a link opens the same view, and Back goes back.

import { expect, test } from '@playwright/test';
import { clickAt, fragment, listedIds, openMap, settle } from './harness';

const WHOLE =
  'map=8.4/35.5/45.9&at=45.95,35.62&radius=60km&category=clash,strike&status=corroborated&from=2018-01-01&to=2025-12-31&labels=ckb';

test('a link opens the same view', async ({ page, context }) => {
  await openMap(page, WHOLE);
  expect(Object.fromEntries(fragment(page))).toEqual(Object.fromEntries(new URLSearchParams(WHOLE)));
  const listed = await listedIds(page);
  expect(listed.length).toBeGreaterThan(0);
  await page.locator('.filters summary').click();
  await expect(page.getByRole('checkbox', { name: 'Clash' })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Corroborated' })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Shelling' })).not.toBeChecked();
  await expect(page.getByLabel('From', { exact: true })).toHaveValue('2018-01-01');
  await expect(page.locator('[aria-labelledby="settings-labels"] [data-value="ckb"]')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('#radius')).toHaveValue('60');
  const other = await context.newPage();
  await other.goto(page.url());
  await settle(other);
  expect(await listedIds(other)).toEqual(listed);
});

test('Back undoes one step after another', async ({ page }) => {
  await openMap(page, 'map=8.5/35.62/45.95');
  await clickAt(page, [45.86, 35.72]);
  await settle(page);
  const around = await listedIds(page);
  await page.locator('.report').first().click();
  await expect(page.locator('.detail')).toHaveAttribute('data-id', around[0] ?? '');
  await page.goBack();
  await expect.poll(() => listedIds(page)).toEqual(around);
  await page.goBack();
  await expect(page.locator('.around')).toHaveCount(0);
  await expect(page.locator('#sort')).toHaveValue('-date');
  await page.goForward();
  await expect.poll(() => listedIds(page)).toEqual(around);
});

test('moving the map is kept in the address without a step of its own', async ({ page }) => {
  await openMap(page, 'map=8/35/46');
  const steps = await page.evaluate(() => history.length);
  await page.locator('.maplibregl-ctrl-zoom-in').click();
  await expect.poll(() => fragment(page).get('map')).toMatch(/^9\//);
  expect(await page.evaluate(() => history.length)).toBe(steps);
});
