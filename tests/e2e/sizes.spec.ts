// Large letters and small pages: nothing is cut off, the list has rows, and every control can be reached (WCAG 1.4.4, 1.4.10).

import { expect, test, type Page } from '@playwright/test';
import { openMap, rowsInSight } from './harness';

const CONTROLS = 'button:visible, a:visible, input:visible, select:visible, summary:visible';

/** Controls whose words don't fit into them, or that can't be brought into view, or that something else covers. */
async function unreachable(page: Page): Promise<string[]> {
  return page.locator(CONTROLS).evaluateAll((controls) =>
    controls
      .filter((control) => {
        control.scrollIntoView({ block: 'center', inline: 'nearest' });
        const { left, right, top, bottom, width } = control.getBoundingClientRect();
        // What only a screen reader meets, or waits for the focus, has no place on the screen.
        if (width <= 1 || control.classList.contains('skip')) return false;
        const cut = control.tagName !== 'INPUT' && control.tagName !== 'SELECT' && control.scrollWidth > control.clientWidth + 1 && getComputedStyle(control).display !== 'inline';
        const outside = left < -1 || right > innerWidth + 1 || top < -1 || bottom > innerHeight + 1;
        const met = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        const covered = met !== null && met !== control && !control.contains(met) && !met.contains(control);
        return cut || outside || covered;
      })
      .map((control) => `${control.outerHTML.slice(0, 100)} ${JSON.stringify(control.getBoundingClientRect())}`),
  );
}

const PAGES = [
  { name: 'letters of twice the size', width: 1280, height: 800, letters: 32, rows: 6 },
  { name: 'a page of half the size', width: 640, height: 400, letters: 16, rows: 6 },
  { name: 'a page 320 wide', width: 320, height: 640, letters: 16, rows: 3 },
  { name: 'a page of a quarter', width: 320, height: 200, letters: 16, rows: 2 },
];

for (const { name, width, height, letters, rows } of PAGES) {
  test(`${name}: the list has rows, and everything can be reached`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    const session = await page.context().newCDPSession(page);
    await session.send('Page.setFontSizes', { fontSizes: { standard: letters, fixed: letters } });
    await openMap(page);
    expect(await page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize))).toBe((15 / 16) * letters);
    expect(await rowsInSight(page)).toBeGreaterThanOrEqual(rows);
    expect(await unreachable(page)).toEqual([]);
    await page.locator('#filters > summary').click();
    expect(await unreachable(page)).toEqual([]);
    for (const scroller of ['body', '#panel']) {
      expect(await page.locator(scroller).evaluate((element) => element.scrollWidth - element.clientWidth), scroller).toBeLessThanOrEqual(0);
    }
    const labels = await page.evaluate(() => window.bordermap.map.getStyle().layers.find(({ id }) => id === 'border-km'));
    expect(labels).toMatchObject({ layout: { 'text-size': (10 / 16) * letters } });
  });
}
