// The page loads alone: nothing from another host, nothing wrong on the console.

import { expect, test } from '@playwright/test';
import { items, openMap, settle } from './harness';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`loads nothing from elsewhere and says nothing on the console (${colorScheme})`, async ({ page, baseURL }) => {
    await page.emulateMedia({ colorScheme });
    const requests: string[] = [];
    const said: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('requestfailed', (request) => said.push(`failed: ${request.url()}`));
    page.on('response', (answer) => {
      if (answer.status() >= 400) said.push(`${answer.status()}: ${answer.url()}`);
    });
    await openMap(page);
    expect(requests.length).toBeGreaterThan(10);
    const origin = new URL(baseURL ?? '').origin;
    const elsewhere = requests.filter((url) => !url.startsWith('blob:') && !url.startsWith('data:') && new URL(url).origin !== origin);
    expect(elsewhere).toEqual([]);
    expect(said).toEqual([]);
  });
}

test('the first view is small: code at most 600 kB, data and fonts at most 350 kB as they are sent', async ({ page }) => {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const kinds = new Map<string, string>();
  const bytes: Record<'code' | 'data', number> = { code: 0, data: 0 };
  session.on('Network.responseReceived', ({ requestId, type }) => { kinds.set(requestId, type); });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const isCode = ['Document', 'Script', 'Stylesheet'].includes(kinds.get(requestId) ?? '');
    bytes[isCode ? 'code' : 'data'] += encodedDataLength;
  });
  await openMap(page);
  test.info().annotations.push({ type: 'bytes', description: JSON.stringify(bytes) });
  expect(bytes.code).toBeGreaterThan(100_000);
  expect(bytes.code).toBeLessThan(600_000);
  expect(bytes.data).toBeGreaterThan(50_000);
  expect(bytes.data).toBeLessThan(350_000);
});

test('on a slow line the page stands at once, and nothing heavy comes before the list', async ({ page, request }) => {
  expect(await (await request.get('/')).text()).toContain('class="waiting"');
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const sent = new Map<string, { url: string; bytes: number }>();
  let listed = false;
  session.on('Network.requestWillBeSent', ({ requestId, request: { url } }) => { if (!listed) sent.set(requestId, { url, bytes: 0 }); });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const of = sent.get(requestId);
    if (of) of.bytes = encodedDataLength;
    listed ||= of?.url.includes('/incidents/items') ?? false;
  });
  await openMap(page);
  expect([...sent.values()].map(({ url }) => url).filter((url) => /mapside|maplibre|woff2/.test(url))).toEqual([]);
  // Three seconds at 50 kB/s, less what the round trips take.
  const bytes = [...sent.values()].reduce((sum, of) => sum + of.bytes, 0);
  test.info().annotations.push({ type: 'bytes before the list', description: String(bytes) });
  expect(bytes).toBeGreaterThan(30_000);
  expect(bytes).toBeLessThan(110_000);
});

test('forbids what it does not need', async ({ request }) => {
  const policy = (await request.get('/')).headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("object-src 'none'");
  expect(policy).not.toContain('unsafe-inline');
  expect(policy).not.toContain('unsafe-eval');
});

test('shows every report in clusters and marks', async ({ page, request }) => {
  await openMap(page, 'map=5.7/33.9/46.6');
  const all = await items(request, '');
  await expect(page.locator('.count')).toContainText(`${all.length} reports`);
  const drawn = () =>
    page.evaluate(() => {
      const marks = window.bordermap.map.queryRenderedFeatures({ layers: ['incidents', 'clusters'] });
      // A cluster at the edge of a tile is drawn from both; by its id it is one.
      const counts = new Map(marks.map(({ properties: p }) => [p['cluster_id'] ?? p['id'], Number(p['n'])]));
      return [...counts.values()].reduce((sum, n) => sum + n, 0);
    });
  await expect.poll(drawn).toBe(all.length);
});

test('says what the data are, and whose', async ({ page }) => {
  await openMap(page);
  await expect(page.locator('#panel')).toContainText('not a census');
  await expect(page.locator('.maplibregl-ctrl-attrib')).toContainText('© OpenStreetMap contributors');
  await page.locator('.about summary').click();
  await expect(page.locator('.about')).toContainText('as the source has them');
});

test('works on a narrow screen', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await openMap(page);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await page.locator('.report').first().click();
  await settle(page);
  await expect(page.locator('.detail h2')).toBeInViewport();
});
