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

/** Whether the map has a share of the screen, and most of it is covered by nothing but its own tools. */
async function mapSeen(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const map = document.getElementById('map');
    const { left, top, width, height } = map?.getBoundingClientRect() ?? new DOMRect();
    const steps = [0.1, 0.3, 0.5, 0.7, 0.9];
    const met = steps.flatMap((x) => steps.map((y) => document.elementFromPoint(left + x * width, top + y * height)));
    return height >= 120 && met.filter((element) => map?.contains(element)).length > met.length * 0.6;
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

for (const [lang, name] of [['en', 'Marivan'], ['en', 'Khorramshahr'], ['ar', 'حلبجة'], ['fa', 'مریوان'], ['ckb', 'پێنجوێن']] as const) {
  test(`after a search for ${name} the first report is whole above the foot, whatever comes in late`, async ({ page }) => {
    // What stands above the list grows when these are here.
    await page.route('**/api/border/locate*', async (route) => {
      await new Promise((resolve) => { setTimeout(resolve, 1_200); });
      await route.continue();
    });
    await openMap(page, `lang=${lang}`);
    await page.locator('#search').fill(name);
    await page.locator('.search-row button').tap();
    await expect(page.locator('.around')).toContainText(/\d|[٠-٩]|[۰-۹]/);
    await expect(page.locator('.near-crossing')).toBeVisible();
    await settle(page);
    const first = page.locator('.report').first();
    await expect.poll(async () => first.evaluate((row) => {
      const [panel, foot] = ['#panel', '.take'].map((part) => document.querySelector(part)?.getBoundingClientRect());
      const { top, bottom } = row.getBoundingClientRect();
      return [Math.max(0, (panel?.top ?? 0) - top), Math.max(0, bottom - (foot?.top ?? 0))].map(Math.round);
    })).toEqual([0, 0]);
    // A reader who scrolls back is not scrolled on.
    await page.locator('#panel').dispatchEvent('wheel');
    await page.locator('#panel').evaluate((panel) => { panel.scrollTop = 0; });
    await page.locator('.notations summary').tap();
    expect(await page.locator('#panel').evaluate((panel) => panel.scrollTop)).toBe(0);
  });
}

test('after a search the first report is seen above the foot, and the filter leaves some in sight', async ({ page }) => {
  await openMap(page);
  const seen = async (): Promise<boolean> =>
    page.locator('.report').first().evaluate((row) => {
      const { left, top, bottom } = row.getBoundingClientRect();
      return [top + 4, bottom - 4].every((y) => row.contains(document.elementFromPoint(left + 60, y)));
    });
  expect(await seen()).toBe(true);
  await page.locator('#filters > summary').tap();
  await expect.poll(seen).toBe(true);
  await page.goto('about:blank');
  await openMap(page, 'at=45.95,35.62&radius=40km');
  await expect.poll(seen).toBe(true);
});
