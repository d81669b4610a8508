// A fresh start is a state: an empty profile, the bare address, nothing touched yet. From there every control does something.

import { expect, test } from '@playwright/test';
import { fragment, openMap, settle } from './harness';

test('the months are there and play before anything else is touched', async ({ page }) => {
  await openMap(page);
  await page.locator('#filters summary').click();
  await expect.poll(() => page.locator('.histogram .bars rect').count()).toBeGreaterThan(12);
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
  await page.locator('#play-stop').click();
  await expect.poll(days).toEqual(BRUSHED);
});

/** What a fresh page has to press; whoever adds a control adds it here, and it is pressed below. */
const PRESSED = [
  'settings-button', 'submit', 'filters', 'report', 'export', 'picture', 'share', 'about', 'maplibregl-ctrl-zoom-in', 'maplibregl-ctrl-zoom-out',
  'tool', 'box', 'polygon', 'corridor', 'measure', 'maplibregl-ctrl-attrib-button', 'legend', 'strip-toggle', 'compare-open',
];

for (const [lang, way] of [['en', 'mouse'], ['fa', 'keyboard']] as const) {
  test(`every control of a fresh page does something when it is first pressed (${lang}, ${way})`, async ({ page }) => {
    await openMap(page, lang === 'en' ? '' : `lang=${lang}`);
    const state = (): Promise<string> => page.evaluate(() => `${location.hash}${document.querySelectorAll(':popover-open').length}${document.body.innerHTML}`);
    const buttons = await page.locator('button:visible, summary:visible').evaluateAll((all) =>
      all.map((control, i) => {
        control.setAttribute('data-nth', String(i));
        return { nth: String(i), name: control.id || control.getAttribute('data-tool') || control.getAttribute('data-take') || control.className || (control.tagName === 'SUMMARY' ? control.parentElement?.id || control.parentElement?.className : '') || control.getAttribute('type') || '' };
      }));
    const seen = new Set<string>();
    const dead: string[] = [];
    for (const { nth, name } of buttons) {
      // Of the rows of the list one stands for all; printing is the browser's own; skipping is tried above.
      if (seen.has(name) || name === 'print' || name === 'skip') continue;
      seen.add(name);
      const control = page.locator(`[data-nth="${nth}"]`);
      if (!(await control.isVisible())) continue;
      const before = await state();
      if (way === 'mouse') await control.click();
      else await control.press('Enter');
      let changed = false;
      for (let tries = 0; tries < 20 && !changed; tries++) {
        await page.waitForTimeout(100);
        changed = (await state()) !== before;
      }
      // An empty search finds nothing, and the whole border is in view already.
      if (!changed && name !== 'submit' && name !== 'tool') dead.push(name);
      await page.keyboard.press('Escape');
      if (await page.locator('.back').isVisible()) await page.locator('.back').click();
    }
    expect([...seen].sort()).toEqual([...PRESSED].sort());
    expect(dead).toEqual([]);
  });
}
