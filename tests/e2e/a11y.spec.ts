// Everybody can use it: axe finds nothing in any view, language or theme; keys reach all; nothing moves where motion is unwanted.

import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { openMap, settle } from './harness';

interface Shown {
  readonly name: string;
  readonly fragment: string;
  /** What has to be opened by hand. */
  readonly open?: (page: Page) => Promise<void>;
}

/** A short list: its rows are alike, and each costs axe time. */
const FEW = 'category=protest';

/** What the page can show; each new part of it belongs here. */
const VIEWS: readonly Shown[] = [
  { name: 'overview', fragment: '' },
  { name: 'filter', fragment: 'category=clash&from=2022-01-01', open: async (page) => { await page.locator('#filters').evaluate((filters) => { filters.setAttribute('open', ''); }); } },
  { name: 'around a point', fragment: 'at=45.95,35.62&radius=40km' },
  { name: 'nothing found', fragment: 'at=51,31&radius=5km&category=protest&to=2020-01-01' },
  { name: 'report', fragment: 'incident=iib-012' },
  { name: 'crossing', fragment: 'crossing=bashmaq-penjwen' },
  { name: 'legend and about', fragment: FEW, open: async (page) => { await page.locator('.legend, .about').evaluateAll((all) => { for (const details of all) details.setAttribute('open', ''); }); } },
  ...['export', 'picture', 'share'].map((what) => ({ name: what, fragment: FEW, open: async (page: Page) => { await page.locator(`[data-take=${what}]`).click(); } })),
  { name: 'strip and comparison', fragment: `strip=open&compare=2023-03-19,365d&${FEW}` },
  { name: 'settings', fragment: FEW, open: async (page) => { await page.locator('.settings-button').click(); } },
];

/** What axe finds, short enough to read in a failure. */
async function faults(page: Page, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] });
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`));
}

for (const language of ['en', 'ar', 'fa', 'ckb']) {
  test(`axe finds nothing (${language})`, async ({ page }) => {
    test.setTimeout(240_000);
    await openMap(page, `lang=${language}`);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    for (const { name, fragment, open } of VIEWS) {
      for (const theme of ['light', 'dark']) {
        await test.step(`${name}, ${theme}`, async () => {
          // One load a language: everything else is a step within the page.
          await page.evaluate((hash) => { location.hash = hash; }, `lang=${language}&theme=${theme}&${fragment}`);
          await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
          await settle(page);
          await open?.(page);
          // Only colours differ between the themes.
          expect(await faults(page, theme === 'dark' ? ['color-contrast'] : undefined), `${name}, ${theme}`).toEqual([]);
          await page.keyboard.press('Escape');
        });
      }
    }
  });
}

test('the keyboard alone finds a report, reads it and returns', async ({ page }) => {
  await openMap(page);
  await page.keyboard.press('Tab');
  await expect(page.locator('#skip')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#results')).toBeFocused();
  for (let i = 0; i < 12 && !(await page.locator('.report:focus').count()); i++) await page.keyboard.press('Tab');
  const row = page.locator('.report:focus');
  await expect(row).toHaveCount(1);
  const id = await row.getAttribute('data-id');
  // Whoever can't see the pointer must see where the keys are.
  expect(await row.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('solid');
  await page.keyboard.press('Enter');
  await expect(page.locator('.detail h2')).toBeFocused();
  await page.locator('.back').press('Enter');
  await expect(page.locator(`.report[data-id="${id ?? ''}"]`)).toBeFocused();
});

test('details that grow leave the focus where it is', async ({ page }) => {
  await openMap(page);
  let answer = (): void => undefined;
  const known = new Promise<void>((resolve) => { answer = resolve; });
  await page.route(/collections\/crossings\/items\?.*near=/, async (route) => { await known; await route.continue(); });
  await page.locator('.report').first().click();
  await expect(page.locator('.detail h2')).toBeFocused();
  await page.locator('.back').focus();
  answer();
  await expect(page.locator('.detail')).toContainText('Nearest crossing');
  await expect(page.locator('.back')).toBeFocused();
});

test('every control has a name that is said', async ({ page }) => {
  await openMap(page, 'lang=fa&at=45.95,35.62');
  const nameless = await page.locator('button:visible, a:visible, input:visible, select:visible, [tabindex="0"]:visible').evaluateAll((controls) =>
    controls
      .filter((control) => {
        const labels = (control as HTMLInputElement).labels;
        const words = control.getAttribute('aria-label') ?? control.getAttribute('title') ?? control.textContent;
        return !words.trim() && !labels?.length && !control.getAttribute('aria-labelledby');
      })
      .map((control) => control.outerHTML.slice(0, 200)),
  );
  expect(nameless).toEqual([]);
});

test('the map jumps where motion is unwanted, and glides where it is welcome', async ({ page }) => {
  for (const reducedMotion of ['no-preference', 'reduce'] as const) {
    await page.emulateMedia({ reducedMotion });
    await openMap(page, 'map=7/33/46');
    await page.evaluate(() => {
      window.bordermap.map.on('move', () => { document.body.dataset['moves'] = String(Number(document.body.dataset['moves'] ?? 0) + 1); });
    });
    await page.locator('#search').fill('35.62, 45.95');
    await page.locator('#search').press('Enter');
    await expect.poll(() => page.url()).toContain('at=45.95,35.62');
    await settle(page);
    const moves = Number(await page.locator('body').getAttribute('data-moves'));
    if (reducedMotion === 'reduce') expect(moves).toBe(1);
    else expect(moves).toBeGreaterThan(1);
    await page.goto('about:blank');
  }
});
