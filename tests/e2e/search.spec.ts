// What is typed into the search leads to a point, a place, a report; what is in doubt is asked, and a miss is explained.

import { expect, test, type Page } from '@playwright/test';
import { fragment, ids, items, listedIds, openMap, settle } from './harness';

async function find(page: Page, text: string): Promise<void> {
  await page.locator('#search').fill(text);
  await page.locator('#search').press('Enter');
}

/** The options, once there is one of the group; each option by its first line. */
async function options(page: Page, text: string, group: string): Promise<string[]> {
  await page.locator('#search').fill(text);
  const found = page.locator('#suggestions').getByRole('group', { name: group }).getByRole('option');
  await expect(found.first()).toBeVisible();
  return found.locator('> bdi').allTextContents();
}

test('finds positions in any notation', async ({ page, request }) => {
  await openMap(page);
  for (const text of ['35.52, 46.18', '35,52; 46,18', 'lat 35.52 lon 46.18', '35°31\'12"N 46°10\'48"E', '۳۵٫۵۲ ۴۶٫۱۸', 'geo:35.52,46.18']) {
    await find(page, text);
    await expect.poll(() => fragment(page).get('at'), text).toBe('46.18,35.52');
    await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, 'near=46.18,35.52&radius=25km')));
    await page.getByRole('button', { name: 'Clear the point' }).click();
    await expect.poll(() => fragment(page).get('at')).toBeNull();
  }
});

test('numbers the other way round are offered both ways, and none is taken unasked', async ({ page }) => {
  await openMap(page);
  await expect(page.locator('#search-hint')).toContainText('latitude first');
  await find(page, '46.18 35.52');
  const offered = page.locator('#suggestions').getByRole('option');
  await expect(offered).toHaveCount(2);
  await expect(offered.first()).toContainText('longitude first');
  await expect(offered.last()).toContainText('outside the map’s region');
  await expect(page.locator('.search [role=alert]')).toContainText('Choose one');
  expect(fragment(page).get('at')).toBeNull();
  await page.locator('#search').press('Enter');
  await expect.poll(() => fragment(page).get('at')).toBe('46.18,35.52');
});

test('finds a place by its name in each language, and as others spell it', async ({ page, request }) => {
  const places = await items(request, '', 'places');
  const at = (name: string): string => {
    const place = places.find(({ properties }) => properties['name_ckb'] === name);
    if (!place) throw new Error(`${name} is not among the places`);
    return place.geometry.coordinates.map((value) => Number(value.toFixed(5))).join();
  };
  const spelt: Record<string, string[]> = {
    سلێمانی: ['Sulaymaniyah', 'السليمانية', 'سلیمانیه', 'سلێمانی', 'سليمانيه', 'Suleimaniya', 'Slemani'],
    هەولێر: ['Hawler'],
    'قەسری شیرین': ['Qasre Shirin'],
  };
  await openMap(page);
  await page.locator('#search').focus();
  await settle(page);
  for (const [place, names] of Object.entries(spelt)) {
    for (const name of names) {
      await find(page, name);
      await expect.poll(() => fragment(page).get('at'), name).toBe(at(place));
      await page.getByRole('button', { name: 'Clear the point' }).click();
      await expect.poll(() => fragment(page).get('at')).toBeNull();
    }
  }
});

test('finds towns, provinces, countries, segments and kilometres of the border', async ({ page }) => {
  await openMap(page);
  await page.locator('#search').focus();
  await settle(page);
  expect(await options(page, 'Tehran', 'Place')).toContain('Tehran');
  // By further names of the base map's towns, too.
  expect(await options(page, 'Ispahan', 'Place')).toContain('Isfahan');
  expect(await options(page, 'Ecbatana', 'Place')).toContain('Hamadan');
  expect(await options(page, 'Tehran', 'Province')).toEqual(['Tehran']);
  expect(await options(page, 'Iraq', 'Country')).toContain('Iraq');
  expect(await options(page, 'Ilam – Wasit', 'Segment of the border')).toEqual(['Ilam – Wasit']);
  expect(await options(page, 'Basra – Khuzestan', 'Segment of the border')).toEqual(['Khuzestan – Basra']);
  expect(await options(page, 'Arvand Rud', 'River')).toEqual(['Shatt al-Arab / Arvand Rud']);
  expect(await options(page, 'Urmia', 'Lake')).toEqual(['Lake Urmia']);
  expect(await options(page, 'Kurdistan', 'Province')).toEqual(['Kurdistan']);
  const before = fragment(page).get('map');
  await page.locator('#search').press('Enter');
  await expect.poll(() => fragment(page).get('map')).not.toBe(before);
  await find(page, 'km 454');
  await expect(page.locator('.located')).toHaveAttribute('data-km', /^45(3\.99|4\.00)/);
  await find(page, 'km 2000');
  await expect(page.locator('.search [role=alert]')).toContainText('to km 1,641.4');
});

test('a kilometre is the one that was typed, on the measured line', async ({ page, request }) => {
  // Where the simplified line that is drawn has another kilometre.
  const measured = (await (await request.get('/api/border/locate?point=46.18,35.52')).json()) as { km: number; foot: [number, number] };
  await openMap(page);
  await find(page, `km ${measured.km}`);
  await expect.poll(() => fragment(page).get('at')).not.toBeNull();
  const [lng = NaN, lat = NaN] = (fragment(page).get('at') ?? '').split(',').map(Number);
  expect(Math.abs(lng - measured.foot[0])).toBeLessThan(0.00002);
  expect(Math.abs(lat - measured.foot[1])).toBeLessThan(0.00002);
  const located = page.locator('.located');
  await expect(located).toContainText(`Border kilometre ${measured.km.toFixed(1)}`);
  // A metre of rounding tells no side and no distance.
  await expect(located).toContainText('On the border line itself');
  await expect(located).not.toContainText(/from the border|Iraqi|Iranian/);
});

test('finds reports by their id and by their words', async ({ page, request }) => {
  await openMap(page);
  await find(page, 'IIB-012');
  await expect.poll(() => fragment(page).get('incident')).toBe('iib-012');
  const saying = await items(request, 'q=Khor%20Mor&sortby=-date');
  expect(await options(page, 'Khor Mor', 'Reports')).toEqual(['Reports that contain “Khor Mor”', ...saying.slice(0, 3).map(({ properties }) => String(properties['title']))]);
  await page.locator('#search').press('Enter');
  await expect.poll(() => fragment(page).get('text')).toBe('Khor Mor');
  await expect.poll(() => listedIds(page)).toEqual(ids(saying));
});

test('a word of reports is looked for in them, though a place sounds like it', async ({ page, request }) => {
  await openMap(page);
  await page.locator('#search').focus();
  await settle(page);
  for (const word of ['border', 'mine', 'gas']) {
    await find(page, word);
    await expect.poll(() => fragment(page).get('text'), word).toBe(word);
    expect(fragment(page).get('at')).toBeNull();
  }
  await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, 'q=gas&sortby=-date')));

  // Nobody can say whether reports have the words: what only sounds so is offered.
  await page.route('**/incidents/items?*q=shell*', (route) => route.abort());
  await find(page, 'shell');
  await expect(page.locator('.search [role=alert]')).toContainText('could not be asked for');
  await expect(page.locator('#suggestions').getByRole('option').first()).toHaveAttribute('aria-selected', 'true');
  expect(fragment(page).get('at')).toBeNull();
});

test('what is still on its way is waited for before anything is said to be missing', async ({ page }) => {
  await page.route('**/places/items?*', async (route) => {
    await new Promise((come) => { setTimeout(come, 2000); });
    await route.continue();
  });
  await page.goto('/#');
  await find(page, 'Slemani');
  await expect.poll(() => fragment(page).get('at')).toMatch(/^45\.4/);
  await expect(page.locator('.search [role=alert]')).toBeHidden();
});

test('suggestions are walked with the keyboard; a crossing opens its details; a miss says what was looked for', async ({ page, request }) => {
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

  const said = page.locator('.search [role=alert]');
  await find(page, 'Atlantis');
  await expect(said).toContainText('Nothing was found for “Atlantis”');
  await expect(said).toContainText('words of reports');
  // What only sounds so by some odd way is nothing; of what is similar the nearest comes first, and several are said to be several.
  await find(page, 'xyzzy');
  await expect(said).toContainText('Nothing was found for “xyzzy”');
  await find(page, 'Mahran');
  await expect(said).toContainText('these are similar');
  await expect(page.locator('#suggestions').getByRole('option').first()).toContainText('Mehran');
  await find(page, '95, 190');
  await expect(said).toContainText('between −90 and 90');
  await find(page, '91N 45E');
  await expect(said).toContainText('“91N 45E” is no position');
  expect(fragment(page).get('at')).toBeNull();

  const crossing = (await items(request, '', 'crossings')).find(({ id }) => id.includes('parviz'));
  await find(page, 'Parviz');
  await expect(page.locator('.detail h2')).toHaveText(String(crossing?.properties['name_en']));
  await expect(said).toBeHidden();
});

for (const [text, name] of [['Kurdistan', 'a province'], ['Iran', 'a country'], ['Tigris', 'a river']] as const) {
  test(`${name} that is looked at leaves the point asked before: ${text}`, async ({ page }) => {
    await openMap(page, 'at=45.4788,36.1552&sort=distance');
    await find(page, text);
    await expect(page.locator('.around')).toHaveCount(0);
    await settle(page);
    expect([...fragment(page).keys()].filter((key) => key === 'at' || key === 'sort')).toEqual([]);
    await expect(page.locator('.count')).toContainText('148');
  });
}
