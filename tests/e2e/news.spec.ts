// An open page says that there is something newer, and shows it when asked; a busy server is said at once, and need not be waited for.

import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fragment, items, openMap } from './harness';

const store = process.env['BORDERMAP_E2E_STORE'];
const binary = process.env['BORDERMAP_E2E_BIN'] ?? '';

test('an import shows in an open page when it is asked for, and the View stays', async ({ page, request }) => {
  const clashes = await items(request, 'category=clash');
  await openMap(page, 'category=clash&map=8/35.62/45.95');
  const count = page.locator('.count strong');
  await expect(count).toHaveText(`${clashes.length} reports`);
  const looked = async (): Promise<void> => page.evaluate(() => { document.dispatchEvent(new Event('visibilitychange')); });
  await looked();
  await expect(page.locator('.news')).toBeEmpty();
  if (store) {
    const file = join(mkdtempSync(join(tmpdir(), 'bordermap-news-')), 'new.geojson');
    writeFileSync(file, JSON.stringify({ type: 'FeatureCollection', features: [{ ...clashes[0], id: 'news-1' }] }));
    execFileSync(binary, ['import', file, '--layer', 'incidents', '--store', store]);
  } else {
    // A server of somebody else's is not written to: another revision is told instead.
    await page.route('**/items?limit=1&count=false', (route) => route.fulfill({ status: 200, headers: { etag: 'W/"newer"' }, json: {} }));
  }
  try {
    await expect.poll(async () => {
      await looked();
      return page.locator('#news-show').count();
    }).toBe(1);
    // A report that was withdrawn is news as well.
    await expect(page.locator('#news-show')).toHaveText('Newer data: show');
    await expect(count).toHaveText(`${clashes.length} reports`);
    const asked = page.waitForRequest((sent) => sent.url().includes('category=clash'));
    await page.locator('#news-show').click();
    await asked;
    await expect(page.locator('.news')).toBeEmpty();
    await expect(count).toHaveText(`${clashes.length + (store ? 1 : 0)} reports`);
    expect([fragment(page).get('category'), fragment(page).get('map')]).toEqual(['clash', '8/35.62/45.95']);
  } finally {
    if (store) execFileSync(binary, ['remove', 'incidents', 'news-1', '--store', store]);
  }
});

test('a busy server is said at once, and need not be waited for', async ({ page }) => {
  await page.route('**/api/collections/incidents/items*', (route) =>
    route.fulfill({ status: 503, headers: { 'retry-after': '20' }, contentType: 'application/problem+json', json: { type: 'about:blank#busy', code: 'busy', title: 'Busy', status: 503 } }));
  await page.goto('/?inspect');
  await expect(page.locator('.notice .busy')).toContainText('is asked again');
  await page.locator('#busy-stop').click();
  await expect(page.locator('.notice .busy')).toBeEmpty();
  await expect(page.locator('.notice [role=alert] button').first()).toBeVisible();
});
