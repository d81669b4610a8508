// Reports that share one position are each reachable, and each is shown in full.

import { expect, test } from '@playwright/test';
import { clickAt, ids, items, listedIds, openMap, settle, type Item } from './harness';

function byPosition(all: Item[]): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of all) {
    const key = item.geometry.coordinates.join();
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

test('a click on a shared position lists all its reports, and each opens', async ({ page, request }) => {
  const [largest] = byPosition(await items(request, ''));
  if (!largest || largest.length < 3) throw new Error('the data have no shared position');
  const at = largest[0]?.geometry.coordinates ?? [0, 0];
  await openMap(page, `map=12/${at[1]}/${at[0]}`);
  await clickAt(page, at);
  await expect.poll(async () => (await listedIds(page)).sort()).toEqual(ids(largest).sort());
  for (const { id, properties } of largest) {
    await page.locator(`.report[data-id="${id}"]`).click();
    await expect(page.locator('.detail h2')).toHaveText(String(properties['title']));
    await expect(page.locator('.detail .sources li')).toHaveCount((properties['sources'] as unknown[]).length);
    await page.locator('.back').click();
    await expect(page.locator('.report')).toHaveCount(largest.length);
  }
});

test('a district is drawn as a ring and said in words', async ({ page, request }) => {
  const district = (await items(request, 'position_precision=district'))[0];
  if (!district) throw new Error('no district-level report');
  const [lng, lat] = district.geometry.coordinates;
  await openMap(page, `map=9/${lat}/${lng}&incident=${district.id}`);
  const metres = Number(district.properties['position_uncertainty_m']);
  await expect(page.locator('.detail')).toContainText(new RegExp(`district, within about ${metres / 1000}\\skm`));
  const rings = await page.evaluate(() =>
    window.bordermap.map.queryRenderedFeatures({ layers: ['ring-area'] }).map(({ properties }) => properties),
  );
  expect(rings).toContainEqual({ radius_m: metres });
});

test('only web addresses become links', async ({ page, request }) => {
  const all = await items(request, '');
  const web = (source: { ref: string | null }) => /^https?:\/\//.test(source.ref ?? '');
  const sourcesOf = (item: Item) => item.properties['sources'] as { name: string; ref: string | null }[];
  const mixed = all.find((item) => sourcesOf(item).some(web) && !sourcesOf(item).every(web));
  if (!mixed) throw new Error('no report with both kinds of source');
  await openMap(page, `incident=${mixed.id}`);
  const links = page.locator('.detail .sources a');
  await expect(links).toHaveCount(sourcesOf(mixed).filter(web).length);
  await expect(links.first()).toHaveAttribute('rel', 'noopener noreferrer');
  await expect(links.first()).toHaveAttribute('target', '_blank');
});

test('a crossing shows its names and the date of its statement', async ({ page, request }) => {
  const crossing = (await items(request, '', 'crossings'))[0];
  if (!crossing) throw new Error('no crossings');
  const [lng, lat] = crossing.geometry.coordinates;
  await openMap(page, `map=11/${lat}/${lng}`);
  await clickAt(page, [lng, lat]);
  await settle(page);
  await expect(page.locator('.detail h2')).toHaveText(String(crossing.properties['name_en']));
  await expect(page.locator('.names')).toContainText(String(crossing.properties['name_ckb']));
});
