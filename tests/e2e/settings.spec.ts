// Language, calendar, colours and labels: chosen in the header, kept by the device, spoken by the whole page.

import { expect, test, type Page } from '@playwright/test';
import { fragment, ids, items, listedIds, openMap, settle } from './harness';

async function choose(page: Page, value: string, row: string): Promise<void> {
  const menu = page.locator('#settings');
  if (!(await menu.isVisible())) await page.locator('.settings-button').click();
  await page.locator(`[aria-labelledby="settings-${row}"] [data-value="${value}"]`).click();
}

const TITLES = { en: 'Iran–Iraq border', ar: 'الحدود العراقية الإيرانية', fa: 'مرز ایران و عراق', ckb: 'سنووری عێراق و ئێران' };

test('a language chosen is spoken by the whole page, which stays as it was', async ({ page }) => {
  await openMap(page, 'map=8/35.5/45.9');
  await choose(page, 'ckb', 'language');
  await expect(page.locator('html')).toHaveAttribute('lang', 'ckb');
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await expect(page.locator('h1')).toHaveText(TITLES.ckb);
  // The menu is where it was, and so is the focus.
  await expect(page.locator('#settings')).toBeVisible();
  await expect(page.locator('[aria-labelledby="settings-language"] [data-value="ckb"]')).toBeFocused();
  await settle(page);
  expect(fragment(page).get('map')).toBe('8/35.5/45.9');
  expect(fragment(page).get('lang')).toBeNull();
  // The panel lies at the reading side; the map's tools stay in its north-east, where the border leaves room.
  const [panel, zoom] = [await page.locator('#panel').boundingBox(), await page.locator('.maplibregl-ctrl-zoom-in').boundingBox()];
  expect(panel?.x).toBeGreaterThan(600);
  expect(zoom?.x).toBeLessThan(panel?.x ?? 0);
  expect(zoom?.x).toBeGreaterThan((panel?.x ?? 0) - 60);
  // A link in another language is answered in it, until its reader chooses.
  await page.evaluate(() => { location.hash = 'lang=en'; });
  await expect(page.locator('h1')).toHaveText(TITLES.en);
  await choose(page, 'fa', 'language');
  await expect(page.locator('h1')).toHaveText(TITLES.fa);
  expect(fragment(page).get('lang')).toBeNull();
});

test.describe('a reader whose browser speaks Persian', () => {
  test.use({ locale: 'fa-IR' });
  test('is spoken to in Persian without asking, and loads no other language', async ({ page }) => {
    const scripts: string[] = [];
    page.on('request', (request) => scripts.push(request.url()));
    await openMap(page);
    await expect(page.locator('h1')).toHaveText(TITLES.fa);
    expect(fragment(page).get('lang')).toBeNull();
    expect(scripts.filter((url) => /\/(ar|fa|ckb)-[\w-]+\.js$/.test(url)).map((url) => url.replace(/^.*\/(\w+)-.*$/, '$1'))).toEqual(['fa']);
  });
});

test('numbers, dates and distances are in the digits, months and calendar of the language', async ({ page, request }) => {
  const all = await items(request, '');
  const exact = all.find(({ properties }) => properties['date'] === '2023-03-19') ?? all.find(({ properties }) => properties['date_precision'] === 'day');
  if (!exact) throw new Error('no report of a known day');
  const date = new Date(`${String(exact.properties['date']).slice(0, 10)}T00:00:00Z`);
  const dates = page.locator('.detail .fact dd').first();
  const words = (tag: string, calendar: string): string =>
    new Intl.DateTimeFormat(tag, { calendar, timeZone: 'UTC', year: 'numeric', month: 'short', day: 'numeric' }).format(date);
  await openMap(page, `lang=fa&incident=${exact.id}`);
  await expect(dates).toHaveText(words('fa-IR-u-nu-arabext', 'persian'));
  await choose(page, 'gregory', 'calendar');
  await expect(dates).toHaveText(words('fa-IR-u-nu-arabext', 'gregory'));
  expect(fragment(page).get('calendar')).toBeNull();
  await choose(page, 'ar', 'language');
  await expect(dates).toHaveText(words('ar-IQ-u-nu-arab', 'gregory'));
  await choose(page, 'ckb', 'language');
  await expect(dates).toHaveText(/^[٠-٩]{1,2}ی \D+ی [٠-٩]{4}$/);
  await page.evaluate(() => { location.hash = 'lang=ar'; });
  await expect(page.locator('.count')).toContainText(new Intl.NumberFormat('ar-IQ-u-nu-arab').format(all.length));
  await expect(page.locator('.maplibregl-ctrl-scale')).toHaveText(/^[٠-٩]+\s(م|كم)$/);
});

test('colours follow the system until they are chosen', async ({ page }) => {
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: 'dark' });
  await openMap(page);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  const dark = await ground();
  await choose(page, 'light', 'theme');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  expect(await ground()).not.toBe(dark);
  await page.emulateMedia({ colorScheme: 'light' });
  await choose(page, 'system', 'theme');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await ground()).toBe(dark);
});

test('labels follow the language until another is chosen', async ({ page }) => {
  const label = (): Promise<unknown> =>
    page.evaluate(() => window.bordermap.map.queryRenderedFeatures({ layers: ['places'] }).map(({ properties }) => String(properties['label'])).join('|'));
  await openMap(page, 'lang=fa&map=9/35.56/45.43');
  await expect.poll(label).toContain('سلیمانیه');
  await choose(page, 'en', 'labels');
  await expect.poll(label).toContain('Sulaymaniyah');
  expect(fragment(page).get('labels')).toBeNull();
  await page.keyboard.press('Escape');
  await expect(page.locator('#settings')).toBeHidden();
  await expect(page.locator('.settings-button')).toBeFocused();
});

test('days are typed in the calendar chosen', async ({ page, request }) => {
  await openMap(page, 'lang=fa');
  await page.locator('#filters').evaluate((filters) => { filters.setAttribute('open', ''); });
  // The first day of 1401, and the last of 1402 that there is.
  await page.locator('#from').fill('۱۴۰۱/۱/۱');
  await page.locator('#from').press('Enter');
  await page.locator('#to').fill('1402-12-29');
  await page.locator('#to').press('Enter');
  await expect.poll(() => [fragment(page).get('from'), fragment(page).get('to')]).toEqual(['2022-03-21', '2024-03-19']);
  await expect(page.locator('#from')).toHaveValue('۱۴۰۱/۰۱/۰۱');
  await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, 'sortby=-date&datetime=2022-03-21/2024-03-19')));
  // The year has no such day: nothing is asked, and the field says what would be right.
  await page.locator('#to').fill('۱۴۰۲/۱۲/۳۰');
  await page.locator('#to').press('Enter');
  await expect(page.locator('#to')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator('#to-fault')).toContainText('روز به عدد');
  expect(fragment(page).get('to')).toBe('2024-03-19');
  await page.goBack();
  await expect(page.locator('#to')).toHaveValue('');
  await choose(page, 'gregory', 'calendar');
  await expect(page.locator('#from')).toHaveAttribute('type', 'date');
  await expect(page.locator('#from')).toHaveValue('2022-03-21');
});

test('a year of the other calendar is asked about, not taken in silence', async ({ page }) => {
  await openMap(page, 'lang=fa');
  await page.locator('#filters').evaluate((filters) => { filters.setAttribute('open', ''); });
  const asked = page.locator('#from-fault');
  await page.locator('#from').fill('2024-03-20');
  await page.locator('#from').press('Enter');
  await expect(asked).toContainText('سال ۲۰۲۴ میلادی می‌نماید');
  await expect(asked.locator('button')).toHaveText([/۳۰ اسفند ۱۴۰۲|۱ فروردین ۱۴۰۳/, /۲۰ خرداد ۲۰۲۴/]);
  expect(fragment(page).get('from')).toBeNull();
  await asked.locator('button').first().click();
  await expect.poll(() => fragment(page).get('from')).toBe('2024-03-20');
  await expect(page.locator('#from')).toHaveValue('۱۴۰۳/۰۱/۰۱');
  await expect(asked).toBeHidden();
  // What is no day of the Iranian calendar may be one of the other.
  await page.locator('#to').fill('2024-08-31');
  await page.locator('#to').press('Tab');
  await page.locator('#to-fault button').click();
  await expect.poll(() => fragment(page).get('to')).toBe('2024-08-31');
  // The other way round, in the browser's own field; also the day of a comparison.
  await choose(page, 'gregory', 'calendar');
  await expect(page.locator('#from')).toHaveAttribute('type', 'date');
  await settle(page);
  await page.keyboard.press('Escape');
  await page.locator('#filters').evaluate((filters) => { filters.setAttribute('open', ''); });
  await page.locator('#from').fill('1403-01-01');
  await expect(asked).toContainText('سال ۱۴۰۳ هجری خورشیدی می‌نماید');
  expect(fragment(page).get('from')).toBe('2024-03-20');
  await page.keyboard.press('Escape');
  await expect(page.locator('#from')).toHaveValue('2024-03-20');
  await page.locator('#compare-open').click();
  await page.locator('#compare-at').fill('1402-01-01');
  await page.locator('#compare-at-fault button').first().click();
  await expect.poll(() => fragment(page).get('compare')).toBe('2023-03-21,365d');
});
