// The first view: all that is shipped lies within it, the list is dense, and what opens leaves the answers in sight.

import { expect, test, type Page } from '@playwright/test';
import { items, openMap, rowsInSight, settle } from './harness';

/** Names of the page's own that are cut off, and at which end. */
async function cut(page: Page): Promise<{ text: string; direction: string }[]> {
  return page.locator('.report bdi, .report-title').evaluateAll((names) =>
    names
      .filter((name) => name.scrollWidth > name.clientWidth + 1 && getComputedStyle(name).overflowX === 'hidden' && name.clientWidth > 0)
      .map((name) => ({ text: name.textContent ?? '', direction: getComputedStyle(name).direction })),
  );
}

for (const [width, height] of [[1280, 800], [800, 600], [390, 844]] as const) {
  test(`the first view at ${width} × ${height} holds the border and all reports`, async ({ page, request }) => {
    await page.setViewportSize({ width, height });
    await openMap(page);
    const all = (await items(request, '')).map(({ geometry }) => geometry.coordinates);
    const outside = await page.evaluate((positions) => {
      const { map } = window.bordermap;
      const { width: right, height: bottom } = map.getCanvas().getBoundingClientRect();
      return positions.filter((at) => {
        const { x, y } = map.project(at);
        return x < 8 || y < 8 || x > right - 8 || y > bottom - 8;
      });
    }, [...all, [44.78, 37.14], [48.58, 29.95]] as [number, number][]);
    expect(outside).toEqual([]);
  });
}

test('ten reports fit, each with its category; an open filter leaves some; handles are slim; names end where they should', async ({ page }) => {
  await openMap(page, 'lang=fa&from=2019-01-01&to=2024-12-31');
  await expect(page.locator('.chips')).toBeVisible();
  expect(await rowsInSight(page)).toBeGreaterThanOrEqual(10);
  await expect(page.locator('.report-meta').first().locator('bdi')).toHaveCount(4);
  const names = await cut(page);
  expect(names.length).toBeGreaterThan(0);
  for (const { text, direction } of names) expect(direction, text).toBe(/^[A-Z]/.test(text) ? 'ltr' : 'rtl');

  await page.locator('#panel').evaluate((panel) => { panel.scrollTop = 0; });
  await page.locator('#filters > summary').click();
  await settle(page);
  const list = await page.locator('.report').first().boundingBox();
  const foot = await page.locator('.take').boundingBox();
  expect((foot?.y ?? 0) - (list?.y ?? 0)).toBeGreaterThan(100);
  const handle = page.locator('.brush .handle--w');
  await handle.scrollIntoViewIfNeeded();
  const box = await handle.boundingBox();
  const plot = await page.locator('.brush .overlay').boundingBox();
  expect(box?.width).toBeGreaterThanOrEqual(23);
  expect(Math.abs((box?.height ?? 0) - (plot?.height ?? 0))).toBeLessThan(3);
  await expect(handle).toHaveCSS('fill', /brush-grip-w/);
});
