// Moves the map and times its frames on several servers by turns: BORDERMAP_SITES names them. Rendered in software, like the tests.

import { test, type Page } from '@playwright/test';
import { settle } from './harness';

const SITES = (process.env['BORDERMAP_SITES'] ?? '').split(' ').filter(Boolean);
const ROUNDS = 5;
const VIEWS = { 'all of the border': '5.6/33.6/46.2', 'a province': '7.5/35.5/46', 'a district': '10/35.6/45.9' };

test('frames', async ({ browser }) => {
  const seen = new Map<string, number[]>();
  const pages = new Map<string, Page>();
  for (const site of SITES) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const begun = Date.now();
    await page.goto(`${site}/?inspect`);
    await settle(page);
    console.log(`${site}: all drawn after ${Date.now() - begun} ms`);
    pages.set(site, page);
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [view, camera] of Object.entries(VIEWS)) {
      for (const [site, page] of pages) {
        await page.bringToFront();
        await page.evaluate((map) => { location.hash = `map=${map}`; }, camera);
        await settle(page);
        await page.waitForTimeout(500);
        const key = `${view}, ${site}`;
        seen.set(key, [...(seen.get(key) ?? []), ...(await page.evaluate(moved))]);
      }
    }
  }
  for (const [key, times] of seen) {
    times.sort((a, b) => a - b);
    const at = (share: number): string => (times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? NaN).toFixed(0);
    console.log(`${key}: ${times.length} frames, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`);
  }
});

/** In the page: the milliseconds between frames while an analyst drags to and fro, and zooms in and out. */
async function moved(): Promise<number[]> {
  const { map } = window.bordermap;
  const times: number[] = [];
  let moving = true;
  const tick = (now: number): void => {
    times.push(now);
    if (moving) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  const ended = (): Promise<void> => new Promise((done) => { map.once('moveend', done); });
  for (const by of [[300, 0], [-300, 150], [0, -150]] as [number, number][]) {
    map.panBy(by, { duration: 700 });
    await ended();
  }
  for (const by of [1, -1]) {
    map.easeTo({ zoom: map.getZoom() + by, duration: 700 });
    await ended();
  }
  moving = false;
  return times.slice(1).map((time, i) => time - (times[i] ?? time));
}
