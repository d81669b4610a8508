// A telephone: 360 pixels wide, under a finger.

import { expect, test, type Page } from '@playwright/test';
import { openMap } from './harness';

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

/** Controls smaller than 24 by 24 pixels that are not words within a sentence (WCAG 2.5.8). */
async function small(page: Page): Promise<string[]> {
  return page.locator('button:visible, a:visible, input:visible, select:visible, summary:visible, [role=button]:visible').evaluateAll((controls) =>
    controls
      .filter((control) => {
        const own = control.getBoundingClientRect();
        // A box is as large as the label that ticks it; text links may run in their line.
        const around = control.closest('label')?.getBoundingClientRect() ?? own;
        const inText = control.tagName === 'A' && getComputedStyle(control).display === 'inline';
        return own.width > 1 && !inText && (Math.max(own.height, around.height) < 24 || Math.max(own.width, around.width) < 24);
      })
      .map((control) => control.outerHTML.slice(0, 120)),
  );
}

const VIEWS = ['', 'at=45.95,35.62&radius=40km', 'incident=iib-012', 'crossing=bashmaq-penjwen', 'to=1990-01-01&category=clash'];

for (const language of ['en', 'ckb']) {
  test(`nothing is cut off or too small to touch (${language})`, async ({ page }) => {
    for (const view of VIEWS) {
      await openMap(page, `lang=${language}&${view}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), view).toBe(360);
      const inner = await page.locator('#panel').evaluate((panel) => panel.scrollWidth - panel.clientWidth);
      expect(inner, view).toBeLessThanOrEqual(0);
      expect(await small(page), view).toEqual([]);
      await page.goto('about:blank');
    }
  });
}

test('a tap on the map asks, and the answer is in sight', async ({ page }) => {
  await openMap(page, 'map=8.5/35.62/45.95');
  const canvas = await page.locator('.maplibregl-canvas').boundingBox();
  if (!canvas) throw new Error('no map');
  await page.touchscreen.tap(canvas.x + canvas.width / 2 - 60, canvas.y + canvas.height / 2 - 60);
  await expect(page.locator('.around h2, .group h2, .detail h2').first()).toBeInViewport();
});

test('the settings are in reach of a finger', async ({ page }) => {
  await openMap(page);
  await page.locator('.settings-button').tap();
  await page.locator('[data-value="dark"]').tap();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  const menu = await page.locator('#settings').boundingBox();
  expect(menu?.x).toBeGreaterThanOrEqual(0);
  expect((menu?.x ?? 0) + (menu?.width ?? 999)).toBeLessThanOrEqual(360);
  await page.keyboard.press('Escape');
});
