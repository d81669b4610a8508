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

/** Rows of the list that are lower than what is in them, lie over the next, or leave their category unsaid. */
async function cutRows(page: Page): Promise<string[]> {
  return page.locator('.reports li').evaluateAll((rows) => {
    const drawn = rows.map((row) => ({ row, box: row.getBoundingClientRect() })).sort((a, b) => a.box.top - b.box.top);
    return drawn
      .filter(({ row, box }, i) => {
        const within = [...row.querySelectorAll('.report, .report-text, .report-title, .report-meta > *, .report-distance')].every((part) => {
          const { top, bottom, left, right } = part.getBoundingClientRect();
          return top >= box.top - 1 && bottom <= box.bottom + 1 && left >= box.left - 1 && right <= box.right + 1;
        });
        const next = drawn[i + 1];
        const over = next !== undefined && box.bottom > next.box.top + 1;
        const high = [row, ...row.querySelectorAll('.report')].every((part) => part.scrollHeight <= part.clientHeight + 1);
        const said = [...row.querySelectorAll('.report-meta > :is(:first-child, :last-child) bdi')].every((part) => part.scrollWidth <= part.clientWidth + 1);
        return !within || over || !high || !said;
      })
      .map(({ row, box }) => `${(row.textContent ?? '').slice(0, 60)} ${box.height} of ${row.scrollHeight}`);
  });
}

/** Names in the filter that another box lies over, or that leave the panel. */
async function overlaid(page: Page): Promise<string[]> {
  return page.locator('#filters').evaluate((filters) => {
    const boxes = [...filters.querySelectorAll('.option input')].map((box) => box.getBoundingClientRect());
    const { left: start, right: end } = filters.getBoundingClientRect();
    return [...filters.querySelectorAll('.option span')]
      .filter((name) => {
        const words = document.createRange();
        words.selectNodeContents(name);
        const { left, right, top, bottom } = words.getBoundingClientRect();
        return left < start || right > end || boxes.some((box) => box.left < right && box.right > left && box.top < bottom && box.bottom > top);
      })
      .map((name) => name.textContent ?? '');
  });
}

/** Words of the strip that lie over others of it, or leave the page. */
async function confused(page: Page): Promise<string[]> {
  return page.locator('.strip-agreement text, .strip-class, .strip-svg .axis-time .tick text').evaluateAll((all) => {
    const boxes = all.map((words) => ({ words: words.textContent ?? '', box: words.getBoundingClientRect() }));
    return boxes
      .filter(({ words, box: { left, right, top, bottom } }) => left < 0 || right > innerWidth
        || boxes.some(({ words: other, box }) => other !== words && box.left < right && box.right > left && box.top < bottom - 4 && box.bottom - 4 > top))
      .map(({ words }) => words);
  });
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
    expect(await cutRows(page)).toEqual([]);
    await page.locator('#filters > summary').click();
    expect(await unreachable(page)).toEqual([]);
    expect(await overlaid(page)).toEqual([]);
    if (height >= 18 * letters) {
      // What the filter selects is said where it is set, and can be taken away.
      await page.locator('#filters .options').first().evaluate((options) => { options.scrollIntoView({ block: 'center' }); });
      await expect(page.locator('.filter-count:visible, .count strong:visible').first()).toBeInViewport({ ratio: 1 });
      for (const name of ['export', 'picture', 'print', 'share']) await expect(page.locator(`[data-take=${name}]`)).toBeInViewport({ ratio: 1 });
    }
    for (const scroller of ['body', '#panel']) {
      expect(await page.locator(scroller).evaluate((element) => element.scrollWidth - element.clientWidth), scroller).toBeLessThanOrEqual(0);
    }
    const labels = await page.evaluate(() => window.bordermap.map.getStyle().layers.find(({ id }) => id === 'border-km'));
    expect(labels).toMatchObject({ layout: { 'text-size': (10 / 16) * letters } });
  });
}

for (const { lang, width, height } of [
  { lang: 'en', width: 390, height: 844 },
  { lang: 'ar', width: 390, height: 844 },
  { lang: 'fa', width: 412, height: 915 },
  { lang: 'ckb', width: 430, height: 932 },
]) {
  test(`on a telephone ${width} wide with letters of twice the size, in ${lang}: rows, filter, export and strip are whole`, async ({ browser }) => {
    const context = await browser.newContext({ viewport: { width, height }, hasTouch: true, isMobile: true });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 32 } });
    await openMap(page, `lang=${lang}`);
    const panel = page.locator('#panel');
    expect(await cutRows(page)).toEqual([]);
    // Far down, and from there upward, rows are drawn that nobody has measured.
    for (const share of [1, 0.5, 0.45, 0.4]) {
      await panel.evaluate((element, at) => { element.scrollTop = at * element.scrollHeight; }, share);
      await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => { requestAnimationFrame(resolve); }); }));
      expect(await cutRows(page), `at ${share} of the list`).toEqual([]);
    }
    await panel.evaluate((element) => { element.scrollTop = 0; });
    await page.locator('#filters > summary').tap();
    expect(await overlaid(page)).toEqual([]);
    await page.locator('#filters > summary').tap();

    await page.locator('[data-take=export]').tap();
    await expect(page.locator('.choice strong').first()).not.toBeEmpty();
    expect(await page.locator('.dialog').evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth)).toBeLessThanOrEqual(0);
    await page.keyboard.press('Escape');

    await page.locator('#strip-toggle').tap();
    await expect(page.locator('.strip-class').first()).toBeVisible();
    await expect(page.locator('.strip-agreement')).toHaveCount(2);
    expect(await confused(page)).toEqual([]);
    // Words that wrap have what they need, and no part of the panel or the drawer is wider than the page.
    for (const part of ['#panel', '#drawer', 'body']) expect(await page.locator(part).evaluate((element) => element.scrollWidth - element.clientWidth), part).toBeLessThanOrEqual(0);
    await page.screenshot({ path: test.info().outputPath('strip.png') });
    await context.close();
  });
}
