// The map within another site's page: only where the operator allows that site, and then the map alone.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type FrameLocator, type Page } from '@playwright/test';
import { clickAt, fragment, items, openMap } from './harness';

const binary = process.env['BORDERMAP_BIN'] ?? '../../target/release/bordermap';
/** Two origins besides the tests' own server: the one that frames, and the one that is framed. */
const HOST = 'http://127.0.0.1:18091';
const FRAMED = '127.0.0.1:18092';
const FRAGMENT = 'map=8/35.6/45.9&category=clash&embed=true';

let host: Server;
let framed: ChildProcess | null = null;

test.beforeAll(async () => {
  host = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html').end(`<!doctype html><title>A page</title><iframe src="http://${FRAMED}/#${FRAGMENT}" width="700" height="480"></iframe>`);
  }).listen(Number(new URL(HOST).port), '127.0.0.1');
  await once(host, 'listening');
});

test.afterEach(() => stop());
test.afterAll(() => { host.close(); });

async function serve(...options: string[]): Promise<void> {
  const store = join(mkdtempSync(join(tmpdir(), 'bordermap-embed-')), 'store.gpkg');
  framed = spawn(binary, ['serve', '--listen', FRAMED, '--store', store, ...options], { stdio: 'ignore' });
  await expect.poll(async () => (await fetch(`http://${FRAMED}/health/ready`).catch(() => null))?.ok).toBe(true);
}

async function stop(): Promise<void> {
  if (!framed) return;
  const ended = once(framed, 'exit');
  framed.kill();
  await ended;
  framed = null;
}

async function open(page: Page): Promise<FrameLocator> {
  await page.goto(HOST);
  return page.frameLocator('iframe');
}

test('frames for the origin that was named, showing the map alone', async ({ page, context }) => {
  await serve('--embed-origin', HOST);
  const frame = await open(page);
  const whole = frame.locator('.whole-view');
  await expect(whole).toBeVisible();
  await expect(frame.locator('.maplibregl-ctrl-attrib')).toContainText('OpenStreetMap');
  await expect(frame.locator('#panel')).toBeHidden();
  const canvas = await frame.locator('.maplibregl-canvas').boundingBox();
  expect([canvas?.width, canvas?.height]).toEqual([700, 480]);
  const opened = context.waitForEvent('page');
  await whole.click();
  const other = await opened;
  expect(new URL(other.url()).hash).toBe(`#${FRAGMENT.replace('&embed=true', '')}`);
  await expect(other.locator('#panel')).toBeVisible();
});

test('is refused where no origin was named', async ({ page }) => {
  await serve();
  const refused = page.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()));
  const frame = await open(page);
  await refused;
  await expect(frame.locator('#map')).toHaveCount(0);
});

test('answers a reader: a card for a mark, a list for the keyboard, a legend, and no tools', async ({ page, request }) => {
  await openMap(page, 'map=8/35.6/45.9&embed=true');
  await expect(page.locator('.tools, .tool-bar:visible')).toHaveCount(0);
  const all = await items(request, 'sortby=-date');
  await expect(page.locator('.embed-list')).toHaveText(`${all.length} reports`);

  // With a hand: the mark of one report opens its card, the ground closes it and asks nothing.
  const single = await page.evaluate(() => {
    const [mark] = window.bordermap.map.queryRenderedFeatures({ layers: ['incidents'] });
    return mark && { id: String(mark.properties['id']), at: mark.geometry.coordinates as [number, number] };
  });
  if (!single) throw new Error('no report stands alone in this view');
  await clickAt(page, single.at);
  const card = page.locator('.embed-card');
  const report = all.find(({ id }) => id === single.id)?.properties ?? {};
  await expect(card.locator('h2')).toHaveText(String(report['title']));
  await expect(card.locator('h2')).toHaveAttribute('lang', 'en');
  await expect(card).toContainText(/within about \d+\skm/);
  await expect(card).toContainText(String(report['date']).slice(0, 4));
  await expect(card.locator('.kind .mark')).toBeVisible();
  const [source] = report['sources'] as { name: string }[];
  await expect(card).toContainText(source?.name ?? 'no source');
  const whole = new URL((await card.getByRole('link', { name: 'Open this in the whole map' }).getAttribute('href')) ?? '');
  expect(whole.hash).toContain(`incident=${single.id}`);
  expect(whole.hash).not.toContain('embed');
  await clickAt(page, [45.3, 35.95]);
  await expect(card).toBeHidden();
  expect(fragment(page).get('at')).toBeNull();
  await expect(page.locator('.ask-pin')).toHaveCount(0);

  // With the keyboard: through the list.
  await page.locator('.embed-list').focus();
  await page.keyboard.press('Enter');
  await expect(card.locator('h2')).toBeFocused();
  await card.locator('.embed-rows button').first().focus();
  await page.keyboard.press('Enter');
  await expect(card.locator('h2')).toHaveText(String(all[0]?.properties['title']));
  await expect(card.locator('h2')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(card).toBeHidden();

  await expect(page.locator('.legend-categories')).toBeHidden();
  await page.locator('#legend summary').click();
  await expect(page.locator('.legend-categories')).toBeVisible();
  await expect(page.locator('.maplibregl-ctrl-attrib')).toContainText('OpenStreetMap');
});

test('what cannot be read of a link lies under nothing and over no control, and is put away at once', async ({ page }) => {
  for (const [width, height] of [[700, 480], [390, 420], [320, 300]] as const) {
    await page.goto('about:blank');
    await page.setViewportSize({ width, height });
    await openMap(page, 'embed=true&incident=iib-012&at=here&from=2025-13-40&category=war');
    const notice = page.locator('.link-notice');
    await expect(page.locator('.embed-card')).toBeVisible();
    await expect(notice).toContainText('at=here');
    const under = await page.evaluate(() => {
      const parts = ['.link-notice', '#link-dismiss', '.whole-view', '.embed-list', '.maplibregl-ctrl-zoom-in', '.maplibregl-ctrl-zoom-out'];
      return parts.filter((name) => {
        const part = document.querySelector(name);
        const { left, right, top, bottom } = part?.getBoundingClientRect() ?? new DOMRect();
        const spots = [[left + 8, top + 8], [right - 8, top + 8], [left + 8, bottom - 8], [right - 8, bottom - 8]] as const;
        return !part || spots.some(([x, y]) => !part.contains(document.elementFromPoint(x, y)));
      });
    });
    expect(under, `${width} × ${height}`).toEqual([]);
    await page.screenshot({ path: test.info().outputPath(`notice-${width}.png`) });
    await page.locator('#link-dismiss').click();
    await expect(notice).toBeHidden();
    await expect(page.locator('#map canvas').first()).toBeFocused();
  }
});
