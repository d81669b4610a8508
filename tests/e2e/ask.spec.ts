// The filter in all its parts, the months and their playing, the list in step, and coordinates to copy.

import { expect, test } from '@playwright/test';
import { fragment, ids, items, listedIds, openMap, settle } from './harness';

test('everything combines, is in the address and can be taken back', async ({ page, request }) => {
  await openMap(page);
  await page.locator('.filters summary').click();
  const filters = page.locator('.filters');
  await filters.getByRole('checkbox', { name: 'Iraq', exact: true }).check();
  await filters.getByRole('checkbox', { name: 'district' }).check();
  await filters.locator('#text').fill('drone');
  await filters.locator('#text').press('Enter');
  await expect.poll(() => [fragment(page).get('country'), fragment(page).get('precision'), fragment(page).get('text')]).toEqual(['IQ', 'district', 'drone']);
  const all = await items(request, 'sortby=-date&country=IQ&position_precision=district&q=drone');
  expect(all.length).toBeGreaterThan(1);
  await expect.poll(() => listedIds(page)).toEqual(ids(all));
  await expect(page.locator('.chip')).toHaveText([/drone/, /district/, /Iraq/]);

  await page.getByRole('button', { name: 'Remove: Iraq' }).click();
  await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, 'sortby=-date&position_precision=district&q=drone')));
  await page.goBack();
  await expect(filters.getByRole('checkbox', { name: 'Iraq', exact: true })).toBeChecked();
  await expect.poll(() => listedIds(page)).toEqual(ids(all));
  await page.getByRole('button', { name: 'Clear filter' }).click();
  await expect.poll(() => [...fragment(page).keys()].filter((key) => key !== 'map')).toEqual([]);
  await expect(page.locator('.chips')).toBeHidden();
});

test('the months are the API’s, the brush sets the days, and time plays', async ({ page, request }) => {
  await openMap(page, 'category=clash');
  await page.locator('.filters summary').click();
  const months = async (): Promise<Record<string, number>> => {
    const answer = await request.get('/api/border/profile?bin_km=2000&interval=month&category=clash');
    const { interval_starts: starts, interval_totals: totals } = (await answer.json()) as { interval_starts: string[]; interval_totals: number[] };
    return Object.fromEntries(starts.map((start, i) => [start, totals[i] ?? 0]));
  };
  const bars = page.locator('.bars rect');
  await expect(bars.first()).toBeAttached();
  const drawn = await bars.evaluateAll((rects) => Object.fromEntries(rects.map((rect) => [rect.getAttribute('data-month'), Number(rect.getAttribute('data-count'))])));
  expect(drawn).toEqual(await months());

  await page.locator('.histogram').scrollIntoViewIfNeeded();
  const overlay = await page.locator('.brush .overlay').boundingBox();
  if (!overlay) throw new Error('no brush');
  const y = overlay.y + overlay.height / 2;
  await page.mouse.move(overlay.x + overlay.width * 0.25, y);
  await page.mouse.down();
  await page.mouse.move(overlay.x + overlay.width * 0.5, y, { steps: 6 });
  await page.mouse.up();
  // Eight years are shown: a quarter is the end of 2019, a half that of 2021.
  await expect.poll(() => [fragment(page).get('from'), fragment(page).get('to')]).toEqual(['2020-01-01', '2021-12-31']);
  await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, 'sortby=-date&category=clash&datetime=2020-01-01/2021-12-31')));
  await page.locator('.handle--e').press('ArrowRight');
  await expect.poll(() => fragment(page).get('to')).toBe('2022-01-31');

  await page.getByRole('button', { name: 'A month forward' }).click();
  await expect.poll(() => [fragment(page).get('from'), fragment(page).get('to')]).toEqual(['2020-02-01', '2022-02-28']);
  const steps = await page.evaluate(() => history.length);
  await page.locator('#play-mode').selectOption('cumulative');
  await page.locator('#play-speed').selectOption('4');
  await page.locator('#play').click();
  await expect.poll(() => fragment(page).get('to') ?? '').toMatch(/^2022-0[5-9]/);
  await page.locator('#play').click();
  expect(fragment(page).get('from')).toBe('2020-02-01');
  // However long it plays, one step back leads to before it.
  expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(steps + 1);
  const [from, to] = [fragment(page).get('from') ?? '', fragment(page).get('to') ?? ''];
  await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, `sortby=-date&category=clash&datetime=${from}/${to}`)));
});

test('the list is ordered as chosen, and walked with the keyboard', async ({ page, request }) => {
  await openMap(page, 'map=7.5/35.6/45.9&at=45.95,35.62&radius=80km');
  const order = page.locator('#sort');
  for (const [value, query] of [['border_km', '&sortby=border_km'], ['-date', '&sortby=-date'], ['distance', '']] as const) {
    await order.focus();
    await order.selectOption(value);
    await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, `near=45.95,35.62&radius=80km${query}`)));
    await expect(order).toBeFocused();
  }
  const all = await listedIds(page);
  const rows = page.locator('.report');
  await rows.first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press('End');
  await expect(page.locator('.report:focus')).toHaveAttribute('data-id', all.at(-1) ?? '');
  await expect(page.locator('li:has(.report:focus)')).toHaveAttribute('aria-posinset', String(all.length));
  expect(await page.locator('.report[tabindex="0"]').count()).toBe(1);
  await page.keyboard.press('Enter');
  await expect(page.locator('.detail')).toHaveAttribute('data-id', all.at(-1) ?? '');
  await expect(page.locator('.detail h2')).toBeFocused();
  const incident = (await items(request, `near=45.95,35.62&radius=80km`)).at(-1);
  const [lng, lat] = incident?.geometry.coordinates ?? [];
  const [crossing] = await items(request, `near=${lng},${lat}&count=false`, 'crossings');
  await expect(page.locator('.detail [data-crossing]')).toHaveAttribute('data-crossing', crossing?.id ?? '');
  await page.keyboard.press('Escape');
  await expect(page.locator('.report:focus')).toHaveAttribute('data-id', all.at(-1) ?? '');
});

test('of a large answer the list loads page after page, and draws what is in view', async ({ page, request }) => {
  const all = ids(await items(request, 'sortby=-date'));
  await page.goto('/?inspect&whole=50#');
  await settle(page);
  await expect(page.locator('.count strong')).toContainText(String(all.length));
  expect(await page.locator('.report').count()).toBeLessThan(60);
  await page.locator('.report').first().focus();
  const walked: string[] = [];
  for (let i = 0; i < 12; i++) {
    walked.push((await page.locator('.report:focus').getAttribute('data-id')) ?? '');
    await page.keyboard.press('PageDown');
  }
  expect(all.filter((id) => walked.includes(id))).toEqual([...new Set(walked)]);
  await page.keyboard.press('End');
  await expect(page.locator('.report:focus')).toHaveAttribute('data-id', all.at(-1) ?? '');
  await expect(page.locator('li:has(.report:focus)')).toHaveAttribute('aria-setsize', String(all.length));
});

test('UTM and MGRS are understood, and every notation can be copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openMap(page);
  const search = page.getByRole('combobox').first();
  for (const text of ['38N 606994 3931352', '38S PE 06993 31351', '38SPE0699331351']) {
    await search.fill(text);
    await search.press('Enter');
    await expect.poll(() => (fragment(page).get('at') ?? '').split(',').map((degrees) => Number(degrees).toFixed(4)).join(), text).toBe('46.1800,35.5200');
    await page.getByRole('button', { name: 'Clear the point' }).click();
    await expect.poll(() => fragment(page).get('at')).toBeNull();
  }
  await search.fill('35.52, 46.18');
  await search.press('Enter');
  await page.locator('.notations summary').click();
  const copied: Record<string, string> = { decimal: '35.52000, 46.18000', dms: '35°31′12.0″N 46°10′48.0″E', utm: '38N 606994 3931352', mgrs: '38S PE 06993 31351' };
  for (const [notation, text] of Object.entries(copied)) {
    await page.locator(`[data-notation=${notation}] .copy`).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  }
});

test('the ends of the time are set with the keyboard from the first', async ({ page }) => {
  await openMap(page);
  await page.locator('#filters').evaluate((filters) => { filters.setAttribute('open', ''); });
  const [first, last] = [page.locator('.handle--w'), page.locator('.handle--e')];
  await page.locator('#to').focus();
  for (let n = 0; n < 6 && !(await first.evaluate((handle) => handle === document.activeElement)); n++) await page.keyboard.press('Tab');
  await expect(first).toBeFocused();
  await page.keyboard.press('PageUp');
  await expect.poll(() => fragment(page).get('from')).toMatch(/^\d{4}-\d\d-01$/);
  await expect(first).toBeFocused();
  await last.focus();
  const to = fragment(page).get('to');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => fragment(page).get('to')).not.toBe(to);
  // Where no days are chosen any more, they stand at both ends again; a pointer still begins a choice there.
  await page.locator('#from').fill('');
  await page.locator('#to').fill('');
  await page.locator('#to').press('Enter');
  await expect.poll(() => [fragment(page).get('from'), fragment(page).get('to')]).toEqual([null, null]);
  await expect(first).toBeVisible();
  await expect(last).toBeVisible();
  const plot = await page.locator('.histogram .overlay').boundingBox();
  if (!plot) throw new Error('no plot');
  await page.mouse.move(plot.x + plot.width - 1, plot.y + 20);
  await page.mouse.down();
  await page.mouse.move(plot.x + plot.width / 2, plot.y + 20, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => fragment(page).get('from')).not.toBeNull();
});
