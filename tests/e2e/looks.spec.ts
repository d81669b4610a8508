// The first view: all that is shipped lies within it, the list is dense, and what opens leaves the answers in sight.

import { expect, test, type Page } from '@playwright/test';
import { fragment, items, openMap, pointAt, rowsInSight, settle } from './harness';

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

/** Controls on the map, and below it, that something else lies over, at their middle or a corner, and places of the border that do. */
async function covered(page: Page, line: [number, number][]): Promise<{ controls: string[]; line: string[] }> {
  return page.evaluate((positions) => {
    const { map } = window.bordermap;
    const canvas = map.getCanvas();
    const room = canvas.getBoundingClientRect();
    const controls = [...document.querySelectorAll('#map button, #map summary, #legend summary, #drawer button, #drawer select')].filter((control) => control.getClientRects().length > 0 && getComputedStyle(control).visibility !== 'hidden');
    const under = controls.filter((control) => {
      const { left, right, top, bottom } = control.getBoundingClientRect();
      // Some are round.
      const [insetX, insetY] = [0.2 * (right - left), 0.2 * (bottom - top)];
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      const spots = [[x, y], ...[left + insetX, right - insetX].flatMap((atX) => [[atX, top + insetY], [atX, bottom - insetY]] as const)] as const;
      return spots.some(([atX, atY]) => !control.contains(document.elementFromPoint(atX, atY)));
    });
    const hidden = positions.filter((at) => {
      const { x, y } = map.project(at);
      return document.elementFromPoint(room.x + x, room.y + y) !== canvas;
    });
    return { controls: under.map(({ outerHTML }) => outerHTML.slice(0, 80)), line: hidden.map(String) };
  }, line);
}

for (const { width, height, letters, lang, strip } of [
  { width: 390, height: 844, letters: 32, lang: 'en' },
  { width: 390, height: 844, letters: 32, lang: 'fa' },
  { width: 390, height: 844, letters: 16, lang: 'ar' },
  { width: 320, height: 640, letters: 32, lang: 'en' },
  { width: 800, height: 600, letters: 32, lang: 'ckb' },
  { width: 570, height: 700, letters: 16, lang: 'en' },
  { width: 844, height: 390, letters: 16, lang: 'fa' },
  { width: 844, height: 390, letters: 16, lang: 'en', strip: true },
  { width: 740, height: 360, letters: 16, lang: 'ckb', strip: true },
  { width: 740, height: 360, letters: 16, lang: 'en', strip: true },
  // From the bare address by a tap: the map becomes lower under a view that nobody has moved.
  { width: 390, height: 844, letters: 16, lang: 'en', strip: 'tapped' },
  { width: 390, height: 844, letters: 16, lang: 'ckb', strip: 'tapped' },
  { width: 1280, height: 800, letters: 32, lang: 'fa' },
] as readonly { width: number; height: number; letters: number; lang: string; strip?: boolean | 'tapped' }[]) {
  test(`at ${width} × ${height} with letters of ${letters} px, in ${lang}${strip ? ` over the strip${strip === 'tapped' ? ' that is tapped open' : ''}` : ''}, nothing lies over the map's controls or the border`, async ({ browser, request }) => {
    const narrow = Math.min(width, height) < 500;
    const context = await browser.newContext({ viewport: { width, height }, hasTouch: narrow, isMobile: narrow });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Page.setFontSizes', { fontSizes: { standard: letters, fixed: letters } });
    await openMap(page, `lang=${lang}${strip === true ? '&strip=open' : ''}`);
    const toggle = async (): Promise<void> => {
      await page.locator('#strip-toggle').tap();
      // The strip's own controls come a little later, and may take a line of their own.
      await expect(page.locator('#strip-as-table')).toBeVisible({ visible: fragment(page).has('strip') });
      await settle(page);
    };
    if (strip === 'tapped') await toggle();
    else if (strip) await expect(page.locator('#strip-as-table')).toBeVisible();
    const segments = (await items(request, '', 'border')) as unknown as { geometry: { coordinates: [number, number][] } }[];
    const line = segments.flatMap(({ geometry }) => geometry.coordinates.filter((_, i) => i % 40 === 0));
    expect(line.length).toBeGreaterThan(100);
    // On the narrowest page with the largest letters no room is left beside the controls.
    expect(await covered(page, width > 320 ? line : [])).toEqual({ controls: [], line: [] });
    // It is long enough for groups not to hide it.
    const [north, south] = [await pointAt(page, [44.78, 37.14]), await pointAt(page, [48.58, 29.95])];
    const room = await page.locator('#map').boundingBox();
    // A strip on the lowest page leaves less of it.
    if (width > 320 && height > 360) expect((south.y - north.y) / (room?.height ?? 0)).toBeGreaterThan(0.38);
    await page.screenshot({ path: test.info().outputPath('first.png') });
    if (strip === 'tapped') {
      await toggle();
      expect(await covered(page, line)).toEqual({ controls: [], line: [] });
      // What somebody has moved stays where it is.
      const ground = await page.locator('#map').boundingBox();
      if (!ground) throw new Error('no map');
      await page.mouse.move(ground.x + ground.width / 2, ground.y + ground.height / 2);
      await page.mouse.down();
      await page.mouse.move(ground.x + ground.width / 2 - 60, ground.y + ground.height / 2 - 90, { steps: 6 });
      await page.mouse.up();
      await settle(page);
      const [, ...moved] = (fragment(page).get('map') ?? '').split('/').map(Number);
      await toggle();
      const [, ...kept] = (fragment(page).get('map') ?? '').split('/').map(Number);
      for (const [i, degrees] of moved.entries()) expect(Math.abs((kept[i] ?? NaN) - degrees)).toBeLessThan(0.5);
    }
    await context.close();
  });
}

test('ten reports fit, each with its category; an open filter leaves some; handles are slim; names end where they should', async ({ page }) => {
  await openMap(page, 'lang=fa&from=2019-01-01&to=2024-12-31');
  await expect(page.locator('.chips')).toBeVisible();
  expect(await rowsInSight(page)).toBeGreaterThanOrEqual(10);
  await expect(page.locator('.report-meta').first().locator('bdi')).toHaveCount(4);
  const statuses = page.locator('.report-meta > :last-child bdi');
  expect(await statuses.evaluateAll((all) => all.filter((status) => status.scrollWidth > status.clientWidth + 1 || status.getBoundingClientRect().width < 10).length)).toBe(0);
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

test('what the search field shows of itself is whole in each language, width and size of letters', async ({ page }) => {
  for (const lang of ['en', 'ar', 'fa', 'ckb']) {
    await page.goto('about:blank');
    await page.goto(`/#lang=${lang}`);
    await expect(page.locator('html')).toHaveAttribute('lang', lang);
    for (const [width, letters] of [[1280, 16], [640, 16], [390, 16], [1280, 32]] as const) {
      await page.setViewportSize({ width, height: 800 });
      const [needs, has] = await page.locator('#search').evaluate((field: HTMLInputElement, size) => {
        document.documentElement.style.fontSize = `${size}px`;
        const { fontSize, fontFamily, paddingLeft, paddingRight } = getComputedStyle(field);
        const canvas = document.createElement('canvas').getContext('2d');
        if (!canvas) throw new Error('no canvas');
        canvas.font = `${fontSize} ${fontFamily}`;
        return [canvas.measureText(field.placeholder).width, field.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)] as const;
      }, letters);
      expect(needs, `${lang}, ${width} wide, letters of ${letters}`).toBeLessThanOrEqual(has);
    }
  }
});
