// Coordinates and names in any of the languages lead to a point; faults are said.

import { expect, test, type Page } from '@playwright/test';
import { fragment, ids, items, listedIds, openMap, settle } from './harness';

async function find(page: Page, text: string): Promise<void> {
  await page.locator('#search').fill(text);
  await page.locator('#search').press('Enter');
}

for (const text of ['35.52, 46.18', '46.18 35.52', '35°31\'12"N 46°10\'48"E', '۳۵٫۵۲ ۴۶٫۱۸']) {
  test(`finds ${text}`, async ({ page, request }) => {
    await openMap(page);
    await find(page, text);
    await expect.poll(() => fragment(page).get('at')).toBe('46.18,35.52');
    await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, 'near=46.18,35.52&radius=25km')));
  });
}

test('finds a place by its name in each language', async ({ page, request }) => {
  const places = await items(request, '', 'places');
  const place = places.find(({ properties }) => properties['name_ckb'] === 'سلێمانی');
  if (!place) throw new Error('Sulaymaniyah is not among the places');
  const expected = place.geometry.coordinates.map((value) => Number(value.toFixed(5))).join();
  await openMap(page);
  for (const name of ['Sulaymaniyah', 'السليمانية', 'سلیمانیه', 'سلێمانی', 'سليمانيه']) {
    await find(page, name);
    await expect.poll(() => fragment(page).get('at'), name).toBe(expected);
    await page.getByRole('button', { name: 'Clear the point' }).click();
    await expect.poll(() => fragment(page).get('at')).toBeNull();
  }
});

test('suggestions are walked with the keyboard', async ({ page }) => {
  await openMap(page);
  const box = page.locator('#search');
  await box.pressSequentially('Meh');
  await expect(page.locator('#suggestions').getByRole('option').first()).toBeVisible();
  await box.press('ArrowDown');
  await box.press('ArrowDown');
  const second = page.locator('#suggestions').getByRole('option').nth(1);
  await expect(second).toHaveAttribute('aria-selected', 'true');
  await expect(box).toHaveAttribute('aria-activedescendant', (await second.getAttribute('id')) ?? '');
  await box.press('Escape');
  await expect(page.locator('#suggestions').getByRole('option')).toHaveCount(0);
});

test('a crossing opens its details', async ({ page, request }) => {
  const crossing = (await items(request, '', 'crossings')).find(({ id }) => id.includes('parviz'));
  if (!crossing) throw new Error('Parvizkhan is not among the crossings');
  await openMap(page);
  await find(page, 'Parviz');
  await expect(page.locator('.detail h2')).toHaveText(String(crossing.properties['name_en']));
  await settle(page);
});

test('an unknown name is said to be unknown', async ({ page }) => {
  await openMap(page);
  await find(page, 'Atlantis');
  await expect(page.locator('.search [role=alert]')).toContainText('No place of that name');
  expect(fragment(page).get('at')).toBeNull();
});
