// The pictures of the README and of docs/walkthrough.md: the walk step by step, each number in its text held to the API.

import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { ids, items, listedIds, settle } from './harness';

const DOCS = '../../docs';
const SEGMENT = 'kurdistan-sulaymaniyah';

async function picture(page: Page, name: string): Promise<void> {
  await settle(page);
  await page.screenshot({ path: `${DOCS}/walkthrough/${name}.jpg`, type: 'jpeg', quality: 72 });
}

interface Comparison {
  segments: { segment: string; before: number; after: number }[];
  total: { before: number; after: number };
}

test('the picture of the README: what was reported within 25 km of Marivan', async ({ page, request }) => {
  await page.goto('/?inspect#map=7.6/35.2/45.9&at=46.18,35.52&radius=25km');
  await expect.poll(() => listedIds(page)).toEqual(ids(await items(request, 'near=46.18,35.52&radius=25km')));
  await settle(page);
  await page.screenshot({ path: `${DOCS}/map.png` });
});

test('a walk from the whole border to a link', async ({ page, request, context }) => {
  const text = await readFile(`${DOCS}/walkthrough.md`, 'utf8');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/?inspect');
  await picture(page, '1-open');

  await page.locator('#search').fill('Penjwen');
  await page.locator('#search').press('Enter');
  await settle(page);
  await page.locator('#radius').fill('30');
  await page.locator('#radius').press('Enter');
  if (!(await page.locator('#from').isVisible())) await page.locator('#filters > summary').click();
  await page.locator('#from').fill('2022-01-01');
  await page.locator('#to').fill('2023-12-31');
  await page.locator('#to').blur();
  const at = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('at');
  const near = await items(request, `near=${at}&radius=30km&datetime=2022-01-01/2023-12-31`);
  await expect.poll(() => listedIds(page)).toEqual(ids(near));
  for (const { id } of near) expect(text).toContain(id);
  await page.locator('#filters > summary').click();
  await picture(page, '2-around');

  await page.evaluate(() => {
    location.hash = '#map=7.2/35.6/46&compare=2023-03-19,365d&strip=open';
  });
  await expect(page.locator('#compare table')).toBeVisible();
  const compared = (await (await request.get('/api/border/compare?at=2023-03-19&window=365d')).json()) as Comparison;
  const segment = compared.segments.find((one) => one.segment === SEGMENT);
  expect(text).toContain(`${segment?.before} before, ${segment?.after} after`);
  expect(text).toContain(`${compared.total.before} before, ${compared.total.after} after`);
  await picture(page, '3-compare');

  await page.goBack();
  await settle(page);
  await page.locator('[data-take=export]').click();
  await expect(page.locator('dialog .choice').first()).toContainText(`${near.length} feature`);
  await picture(page, '4-export');
  await page.keyboard.press('Escape');

  await page.locator('[data-take=share]').click();
  await page.locator('[data-copies=share-link]').click();
  await picture(page, '5-share');
});
