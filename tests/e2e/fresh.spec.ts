// A fresh start is a state: an empty profile, the bare address, nothing touched yet. From there every control does something.

import { expect, test, type Locator, type Page } from '@playwright/test';
import { fragment, openMap, settle } from './harness';

test('the months are there and play before anything else is touched', async ({ page }) => {
  await openMap(page);
  await page.locator('#filters summary').click();
  await expect.poll(() => page.locator('.histogram .bars rect').count()).toBeGreaterThan(12);
  // Before days are chosen the handles say where they stand: at either end.
  for (const [handle, end] of [['w', 'aria-valuemin'], ['e', 'aria-valuemax']] as const) {
    const slider = page.locator(`.histogram .handle--${handle}`);
    expect(await slider.getAttribute('aria-valuenow')).toBe(await slider.getAttribute(end));
  }
  await page.locator('#play').click();
  await expect.poll(() => fragment(page).get('from')).not.toBeNull();
});

test('skipping to the list keeps what is asked', async ({ page }) => {
  const asked = 'at=45.95,35.62&category=clash&from=2018-01-01';
  await openMap(page, asked);
  const before = page.url();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('#results')).toBeFocused();
  await settle(page);
  expect(page.url()).toBe(before);
  await expect(page.locator('.around')).toBeVisible();
});

test('playing leaves what was brushed behind it', async ({ page }) => {
  await openMap(page, 'from=2019-01-01&to=2019-12-31');
  const days = (): (string | null)[] => [fragment(page).get('from'), fragment(page).get('to')];
  const BRUSHED = ['2019-01-01', '2019-12-31'];
  await page.locator('#filters summary').click();
  await page.locator('#play').click();
  await expect.poll(days).not.toEqual(BRUSHED);
  await page.locator('#play').click();
  await page.goBack();
  await expect.poll(days).toEqual(BRUSHED);
  await expect(page.locator('#play-stop')).toBeHidden();
  await page.locator('#play').click();
  await expect.poll(days).not.toEqual(BRUSHED);
  // While it plays there is one button more; what moves is still said in whole words.
  await expect(page.locator('#play-stop')).toBeVisible();
  for (const choice of ['#play-mode', '#play-speed']) {
    const [has, needs] = await page.locator(choice).evaluate((select) => {
      const free = select.cloneNode(true) as HTMLElement;
      free.style.cssText = 'flex: none; position: absolute; width: max-content';
      select.parentElement?.append(free);
      const widths = [select, free].map((one) => one.getBoundingClientRect().width);
      free.remove();
      return widths;
    });
    expect(has, choice).toBeGreaterThanOrEqual((needs ?? NaN) - 1);
  }
  await page.locator('#play-stop').click();
  await expect.poll(days).toEqual(BRUSHED);
});

/** What a fresh page has to press; whoever adds a control adds it here, and it is pressed below. */
const PRESSED = [
  'settings-button', 'submit', 'filters', 'report', 'export', 'picture', 'share', 'about', 'maplibregl-ctrl-zoom-in', 'maplibregl-ctrl-zoom-out',
  'tool', 'box', 'polygon', 'corridor', 'measure', 'maplibregl-ctrl-attrib-button', 'legend', 'strip-toggle', 'compare-open',
];
/** What it has to fill in or choose, and what there is when filter and legend are open. */
const WITHIN = [
  'search', 'sort', 'strip-within', 'strip-as-table', 'drawer-close', 'compare-at', 'compare-window', 'button', 'compare-close', 'quiet-button',
  'text', 'checkbox', 'from', 'to', 'step', 'play', 'play-mode', 'play-speed', 'legend-toggle',
];
/** An empty search finds nothing, the whole border is in view already, nothing may lie a step before the days; how it plays shows when it plays. */
const SILENT = ['submit', 'tool', 'step', 'play-mode', 'play-speed'];

type Way = 'keyboard' | 'finger';

/** Uses a control as its kind is used. */
async function use(control: Locator, way: Way): Promise<void> {
  const kind = await control.evaluate((element) => (element instanceof HTMLInputElement ? element.type : element.tagName.toLowerCase()));
  if (kind === 'select') await control.selectOption({ index: 1 });
  else if (kind === 'date') await control.fill('2019-03-21');
  else if (kind === 'text' || kind === 'search') await control.fill((await control.getAttribute('dir')) === 'ltr' ? '1398/1/1' : 'guard');
  else if (way === 'keyboard') await control.press(kind === 'checkbox' ? 'Space' : 'Enter');
  else await control.tap();
  if (['text', 'search', 'date'].includes(kind)) await control.press('Enter');
}

/** What can be used now, each with a name; of those of one name one stands for all. */
async function controls(page: Page): Promise<{ nth: string; name: string }[]> {
  const all = await page.locator('button:visible, summary:visible, input:visible, select:visible').evaluateAll((found) =>
    found.map((control, i) => {
      control.setAttribute('data-nth', String(i));
      const box = control instanceof HTMLInputElement && control.type === 'checkbox' ? control.name : '';
      const data = control.getAttribute('data-tool') ?? control.getAttribute('data-take') ?? '';
      const holder = control.tagName === 'SUMMARY' ? control.parentElement?.id || control.parentElement?.className : '';
      return { nth: String(i), name: control.id || box || data || control.className || holder || control.getAttribute('type') || '' };
    }));
  return all.filter(({ name }, i) => all.findIndex((other) => other.name === name) === i);
}

/** Uses each that was not used before; those that did nothing. */
async function useAll(page: Page, way: Way, used: Set<string>): Promise<string[]> {
  const state = (): Promise<string> => page.evaluate(() => `${location.hash}${document.querySelectorAll(':popover-open').length}${document.body.innerHTML}`);
  const dead: string[] = [];
  for (const { nth, name } of await controls(page)) {
    // Printing is the browser's own; skipping is tried above.
    if (used.has(name) || name === 'print' || name === 'skip') continue;
    used.add(name);
    const control = page.locator(`[data-nth="${nth}"]`);
    if (!(await control.isVisible())) continue;
    const before = await state();
    await use(control, way);
    let changed = false;
    for (let tries = 0; tries < 20 && !changed; tries++) {
      await page.waitForTimeout(100);
      changed = (await state()) !== before;
    }
    if (!changed && !SILENT.includes(name)) dead.push(name);
    await page.keyboard.press('Escape');
    if (await page.locator('.back').isVisible()) await page.locator('.back').click();
  }
  return dead;
}

for (const lang of ['en', 'ar', 'fa', 'ckb'] as const) {
  for (const way of ['keyboard', 'finger'] as const) {
    test.describe(`${lang}, ${way}`, () => {
      test.use({ locale: lang === 'ckb' ? 'ckb-IQ' : lang, hasTouch: way === 'finger' });

      test('every control of a fresh page does something when it is first used', async ({ page }) => {
        await openMap(page);
        expect(await page.evaluate(() => document.documentElement.lang)).toBe(lang);
        const used = new Set<string>();
        const dead = await useAll(page, way, used);
        await page.goto('about:blank');
        await openMap(page);
        // The legend opens as it was left.
        for (const room of ['#strip-toggle', '#compare-open', '#filters summary', '#legend:not([open]) summary']) {
          if (await page.locator(room).count()) await page.locator(room).first().click();
        }
        await expect(page.locator('#legend')).toHaveAttribute('open');
        await expect(page.locator('#play')).toBeVisible();
        await expect(page.locator('#strip-as-table')).toBeVisible();
        dead.push(...(await useAll(page, way, used)));
        expect([...used].sort()).toEqual([...PRESSED, ...WITHIN].sort());
        expect(dead).toEqual([]);
      });
    });
  }
}
