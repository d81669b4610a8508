// Links: what can't be read of one is said until it is dismissed, the rest holds; settings stay on the device unless they are sent.

import { expect, test, type Page } from '@playwright/test';
import { clickAt, fragment, ids, items, listedIds, openMap, settle } from './harness';

const notice = (page: Page) => page.locator('.link-notice');

test('what cannot be read of a link is said, and the rest of it holds', async ({ page, request }) => {
  await openMap(page, 'from=2025-13-45&category=clash,war&box=46,36,45,35&map=8/35.62/45.95&radius=12,5km&nonsense=1');
  const said = notice(page).locator('li');
  await expect(said).toHaveCount(5);
  await expect(notice(page)).toContainText('from=2025-13-45');
  await expect(notice(page)).toContainText('from=2025-12-31');
  await expect(notice(page).locator('[data-key=category]')).toContainText('category=war: not known here');
  await expect(notice(page).locator('[data-key=box]')).toContainText('west must be less than east');
  await expect(notice(page).locator('[data-key=nonsense]')).toContainText('no part of a link');
  const clashes = ids(await items(request, 'category=clash&sortby=-date'));
  await expect.poll(() => listedIds(page)).toEqual(clashes);
  // Neither a step nor Back nor another language loses it.
  await clickAt(page, [45.86, 35.72]);
  await expect.poll(() => fragment(page).get('at')).not.toBeNull();
  await expect(said).toHaveCount(5);
  await page.goBack();
  await settle(page);
  await expect(said).toHaveCount(5);
  await page.locator('.settings-button').click();
  await page.locator('[data-value=ckb]').first().click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ckb');
  await settle(page);
  await expect(said).toHaveCount(5);
  await expect(notice(page).locator('[data-key=from]')).toContainText('ڕۆژێکی ڕۆژژمێر نییە');
  await page.keyboard.press('Escape');
  await page.locator('#link-dismiss').click();
  await expect(notice(page)).toBeHidden();
  expect(fragment(page).get('category')).toBe('clash');
  await page.reload();
  await settle(page);
  await expect(notice(page)).toBeHidden();
});

test('what the data know to be impossible in a link is said too', async ({ page, request }) => {
  await openMap(page, 'corridor=5000-9000,50km&incident=no-such-report&status=disputed');
  await expect(notice(page).locator('[data-key=corridor]')).toContainText(/corridor=5000-9000,50km: the border ends at kilometre 1,6\d\d/);
  await expect(notice(page).locator('[data-key=incident]')).toContainText('incident=no-such-report: nothing of this id');
  await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, 'status=disputed&sortby=-date')));
  // The address stays as it is written, as with all that can't be read in one, until that is dismissed.
  expect([fragment(page).get('corridor'), fragment(page).get('incident')]).toEqual(['5000-9000,50km', 'no-such-report']);
  await notice(page).locator('#link-dismiss').click();
  await expect.poll(() => [fragment(page).get('corridor'), fragment(page).get('incident'), fragment(page).get('status')]).toEqual([null, null, 'disputed']);
  // Typed over, an address is read anew.
  await page.evaluate(() => { location.hash = 'lang=xx'; });
  await expect(notice(page).locator('li')).toHaveCount(1);
  await expect(notice(page)).toContainText('en ar fa ckb');
  await page.evaluate(() => { location.hash = 'category=clash'; });
  await expect(notice(page)).toBeHidden();
  await page.goto('about:blank');
  await openMap(page, 'embed=true&at=here');
  await expect(notice(page)).toContainText('at=here: no position');
});

test('what may be meant otherwise holds as it is written, and the other is offered', async ({ page, request }) => {
  await openMap(page, 'box=35,45,36,47&to=1403-01-01');
  await expect(notice(page).locator('[data-key=box]')).toContainText('only with latitude and longitude exchanged');
  await expect(notice(page).locator('[data-key=to]')).toContainText('1 Jan 1403 holds');
  await expect(page.locator('.empty').first()).toContainText('was reported here in this period');
  await notice(page).locator('[data-key=to] button').click();
  await expect.poll(() => fragment(page).get('to')).toBe('2024-03-20');
  await notice(page).locator('[data-key=box] button').click();
  await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, 'bbox=45,35,47,36&datetime=../2024-03-20&sortby=-date')));
  await expect(notice(page)).toBeHidden();
  await page.goBack();
  await expect.poll(() => fragment(page).get('box')).toBe('35,45,36,47');
  await expect(notice(page)).toBeVisible();
  // No period is named where none is asked about.
  await page.goto('about:blank');
  await openMap(page, 'box=35,45,36,47');
  await expect(page.locator('.empty').first()).toContainText('was reported here.');
});

test('what stands behind ? is told, and goes behind # by a click alone', async ({ page, request }) => {
  await page.goto('/?inspect&category=clash&from=2024-01-01');
  await settle(page);
  await expect(notice(page)).toContainText('?category=clash&from=2024-01-01: what a link asks stands after “#”');
  expect(new URL(page.url()).search).toBe('?inspect&category=clash&from=2024-01-01');
  await notice(page).getByRole('button', { name: '#category=clash&from=2024-01-01' }).click();
  await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, 'category=clash&datetime=2024-01-01/..&sortby=-date')));
  expect(new URL(page.url()).search).toBe('?inspect');
  expect([fragment(page).get('category'), fragment(page).get('from')]).toEqual(['clash', '2024-01-01']);
  await expect(notice(page)).toBeHidden();
});

test('a position at which nothing is reported is no group, whatever the filter; one that the filter empties is', async ({ page, request }) => {
  await openMap(page, 'group=44,33&text=%E0%A4%A&status=disputed');
  await expect(notice(page).locator('[data-key=group]')).toContainText('group=44,33: nothing is reported at this position');
  await expect(notice(page).locator('[data-key=text]')).toContainText('text=%E0%A4%A: a percent sign');
  await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, 'status=disputed&sortby=-date')));
  expect(fragment(page).get('group')).toBe('44,33');
  const [some] = await items(request, 'category=clash');
  if (!some) throw new Error('no clash');
  await page.goto('about:blank');
  await openMap(page, `group=${some.geometry.coordinates.join()}&to=1990-01-01`);
  await expect(page.locator('#results')).toContainText('Nothing that fits this filter was reported here in this period.');
  await expect(notice(page)).toBeHidden();
});

test('settings are remembered at the bare address, and links are sent without them unless on purpose', async ({ page, context }) => {
  await openMap(page);
  await page.locator('.settings-button').click();
  await page.locator('[aria-labelledby=settings-theme] [data-value=dark]').click();
  await page.locator('[aria-labelledby=settings-labels] [data-value=en]').click();
  await page.locator('[aria-labelledby=settings-language] [data-value=fa]').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'fa');
  await settle(page);
  await page.keyboard.press('Escape');
  expect([...fragment(page).keys()].filter((key) => key !== 'map')).toEqual([]);
  await page.locator('[data-take=share]').click();
  await expect(page.locator('#share-link')).not.toHaveValue(/lang=|theme=|labels=|calendar=/);
  await page.locator('#share-settings').check();
  await expect(page.locator('#share-link')).toHaveValue(/labels=en&lang=fa&calendar=persian&theme=dark/);
  await expect(page.locator('#share-frame')).toHaveValue(/lang=fa&amp;calendar=persian/);

  const again = await context.newPage();
  await again.goto('/?inspect');
  await settle(again);
  await expect(again.locator('html')).toHaveAttribute('lang', 'fa');
  await expect(again.locator('html')).toHaveAttribute('data-theme', 'dark');
  // A link that says another language on purpose goes before it, and is not remembered.
  await again.goto('about:blank');
  await openMap(again, 'lang=ar');
  await expect(again.locator('html')).toHaveAttribute('lang', 'ar');
  await expect(again.locator('html')).toHaveAttribute('data-theme', 'dark');
  await again.goto('about:blank');
  await openMap(again);
  await expect(again.locator('html')).toHaveAttribute('lang', 'fa');
});

test('where the browser refuses to remember, the address does', async ({ page }) => {
  await page.addInitScript(() => {
    for (const kind of ['localStorage', 'sessionStorage']) Object.defineProperty(window, kind, { get() { throw new DOMException('refused', 'SecurityError'); } });
  });
  await openMap(page);
  await page.locator('.settings-button').click();
  await page.locator('[aria-labelledby=settings-theme] [data-value=dark]').click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.locator('[aria-labelledby=settings-language] [data-value=ckb]').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ckb');
  expect([fragment(page).get('lang'), fragment(page).get('theme')]).toEqual(['ckb', 'dark']);
});

test('a key without a value is told like one that cannot be read; words that are none are dropped from the address', async ({ page, request }) => {
  await openMap(page, 'text=&at=&category=&from=&status=disputed');
  await expect(notice(page).locator('li')).toHaveCount(3);
  await expect(notice(page).locator('[data-key=at]')).toContainText('at=: no position');
  await expect(notice(page).locator('[data-key=category]')).toContainText('category=: not known here');
  await expect(notice(page).locator('[data-key=from]')).toContainText('from=2025-12-31');
  await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, 'status=disputed&sortby=-date')));
  await expect.poll(() => fragment(page).has('text')).toBe(false);
  await page.locator('#link-dismiss').click();
  await expect(notice(page)).toBeHidden();
  await page.evaluate(() => { location.hash = 'text=%20&category=clash'; });
  await expect.poll(() => fragment(page).has('text')).toBe(false);
  expect(fragment(page).get('category')).toBe('clash');
  await expect(notice(page)).toBeHidden();
});

test('the legend opens as it was left, on a page that has room for it', async ({ page }) => {
  const legend = page.locator('#legend');
  const again = async (width: number): Promise<void> => {
    await page.goto('about:blank');
    await page.setViewportSize({ width, height: 850 });
    await openMap(page);
  };
  await again(1280);
  await expect(legend).not.toHaveAttribute('open');
  await legend.locator('summary').click();
  await expect(legend).toHaveAttribute('open');
  await again(1280);
  await expect(legend).toHaveAttribute('open');
  // As a sheet over the panel it is opened for a look.
  await again(390);
  await expect(legend).not.toHaveAttribute('open');
  await legend.locator('summary').click();
  await legend.locator('summary').click();
  // Closed where a page would open it by itself, with the keyboard.
  await again(1600);
  await expect(legend).toHaveAttribute('open');
  await legend.locator('summary').press('Enter');
  await expect(legend).not.toHaveAttribute('open');
  await again(1600);
  await expect(legend).not.toHaveAttribute('open');
});
