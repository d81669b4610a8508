// A fresh start is a state: an empty profile, the bare address, nothing touched yet. From there every control does something.

import { expect, test } from '@playwright/test';
import { fragment, openMap, settle } from './harness';

test('the months are there and play before anything else is touched', async ({ page }) => {
  await openMap(page);
  await page.locator('#filters summary').click();
  await expect.poll(() => page.locator('.histogram .bars rect').count()).toBeGreaterThan(12);
  await page.locator('#play').click();
  await expect.poll(() => fragment(page).get('from')).not.toBeNull();
});

test('skipping to the list keeps what is asked', async ({ page }) => {
  const asked = 'at=45.95,35.62&category=clash&from=2018-01-01';
  await openMap(page, asked);
  const before = page.url();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('#results')).toBeFocused();
  await settle(page);
  expect(page.url()).toBe(before);
  await expect(page.locator('.around')).toBeVisible();
});

test('playing leaves what was brushed behind it', async ({ page }) => {
  await openMap(page, 'from=2019-01-01&to=2019-12-31');
  const days = (): (string | null)[] => [fragment(page).get('from'), fragment(page).get('to')];
  const BRUSHED = ['2019-01-01', '2019-12-31'];
  await page.locator('#filters summary').click();
  await page.locator('#play').click();
  await expect.poll(days).not.toEqual(BRUSHED);
  await page.locator('#play').click();
  await page.goBack();
  await expect.poll(days).toEqual(BRUSHED);
  await expect(page.locator('#play-stop')).toBeHidden();
  await page.locator('#play').click();
  await expect.poll(days).not.toEqual(BRUSHED);
  await page.locator('#play-stop').click();
  await expect.poll(days).toEqual(BRUSHED);
});
