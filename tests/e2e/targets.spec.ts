// Under a finger every control is 44 by 44 pixels, whatever is open; and no panel hides the map for good.

import { expect, test, type Page } from '@playwright/test';
import { openMap, settle } from './harness';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

const CONTROLS = 'button:visible, a:visible, input:visible, select:visible, summary:visible, textarea:visible, [role=button]:visible, [role=slider]:visible, [role=option]:visible';

/** Controls smaller than that. A box is as large as the label that ticks it; a link within a sentence runs in its line. */
async function small(page: Page): Promise<string[]> {
  return page.locator(CONTROLS).evaluateAll((controls) =>
    controls
      .filter((control) => {
        const [own, around] = [control, control.closest('label') ?? control].map((element) => element.getBoundingClientRect());
        const inSentence = control.tagName === 'A' && getComputedStyle(control).display === 'inline' && control.closest('.maplibregl-ctrl-attrib, p') !== null;
        if (!own || !around || own.width <= 1 || inSentence || control.classList.contains('skip')) return false;
        const [width, height] = control.matches('[type=checkbox], [type=radio]') ? [around.width, around.height] : [own.width, own.height];
        return width < 43.9 || height < 43.9;
      })
      .map((control) => {
        const { width, height } = control.getBoundingClientRect();
        return `${control.outerHTML.slice(0, 90)} ${Math.round(width)}×${Math.round(height)}`;
      }),
  );
}

/** What lies in the middle of the map's upper half: the map, if nothing covers it. */
async function mapSeen(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { left, top, width, height } = document.getElementById('map')?.getBoundingClientRect() ?? new DOMRect();
    const met = document.elementFromPoint(left + width / 3, top + height / 2);
    return height >= 120 && met !== null && document.getElementById('map')?.contains(met) === true;
  });
}

/** What is tapped one after the other in each view; all is measured after each tap. */
const STATES: { fragment: string; taps: string[] }[] = [
  { fragment: 'at=45.95,35.62&radius=40km', taps: ['.notations summary', '.about summary'] },
  { fragment: 'incident=iib-012', taps: ['#legend summary', '#legend summary'] },
  { fragment: 'crossing=bashmaq-penjwen', taps: ['.settings-button'] },
  { fragment: 'category=clash&from=2019-01-01&to=2024-01-01&strip=open', taps: ['#filters > summary', '.drawer-close'] },
  { fragment: 'compare=2023-03-19,365d', taps: ['[data-take="export"]'] },
];

test('each control is large enough for a finger, and the map stays seen', async ({ page }) => {
  for (const { fragment, taps } of STATES) {
    await openMap(page, fragment);
    for (const control of ['body', ...taps]) {
      if (control !== 'body') await page.locator(control).tap();
      await settle(page);
      expect.soft(await small(page), `#${fragment}, ${control}`).toEqual([]);
      if (!control.includes('take')) expect.soft(await mapSeen(page), `the map of #${fragment}, ${control}`).toBe(true);
    }
    await page.goto('about:blank');
  }
});
