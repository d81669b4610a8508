// What the map shows: clusters that count what the API counts, a legend that switches, tiles for what is too much to fetch.

import { expect, test, type APIRequestContext, type Page } from '@playwright/test';
import { clickAt, fragment, items, settle, type Item } from './harness';

const WHOLE = 'map=5.7/33.9/46.6';

interface Mark {
  at: [number, number];
  layer: 'clusters' | 'incidents';
  properties: Record<string, unknown> & { n: number; west: number; south: number; east: number; north: number };
}

async function open(page: Page, place: string, inspect = 'inspect'): Promise<void> {
  await page.goto(`/?${inspect}#${place}`);
  await settle(page);
}

/** Goes where an address would lead, without loading the page anew. */
async function go(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => { location.hash = hash; }, place);
  await settle(page);
}

/** Clusters and single reports on the screen, each once though several tiles may hold it. */
async function marks(page: Page): Promise<Mark[]> {
  const drawn = await page.evaluate(() =>
    (['clusters', 'incidents'] as const).flatMap((layer) =>
      window.bordermap.map.queryRenderedFeatures({ layers: [layer] }).map(({ properties, geometry }) => ({ layer, properties, at: geometry.coordinates })),
    ),
  );
  const once = new Map(drawn.map((mark) => [`${mark.layer} ${String(mark.properties['cluster_id'] ?? mark.properties['id'] ?? JSON.stringify(mark.at))}`, mark]));
  return [...once.values()] as Mark[];
}

async function total(page: Page): Promise<number> {
  return (await marks(page)).reduce((sum, { properties }) => sum + properties.n, 0);
}

async function matched(request: APIRequestContext, query: string): Promise<number> {
  const answer = await request.get(`/api/collections/incidents/items?limit=1&${query}`);
  return ((await answer.json()) as { numberMatched: number }).numberMatched;
}

function within({ geometry: { coordinates: [lng, lat] } }: Item, { west, south, east, north }: Mark['properties']): boolean {
  return lng >= west && lng <= east && lat >= south && lat <= north;
}

function overlap(a: Mark['properties'], b: Mark['properties']): boolean {
  return a.west <= b.east && b.west <= a.east && a.south <= b.north && b.south <= a.north;
}

test('clusters say what the API says, the legend switches categories, precision and crossings are seen', async ({ page, request }) => {
  await open(page, WHOLE);
  const all = await items(request, '');

  await test.step('every number in a cluster is the API’s count of its members', async () => {
    await expect.poll(() => total(page)).toBe(all.length);
    const drawn = await marks(page);
    // Where the boxes of two clusters overlap, a box asks for members of both.
    const clear = drawn.filter((mark) => mark.layer === 'clusters' && drawn.every((other) => other === mark || !overlap(mark.properties, other.properties)));
    expect(clear.length).toBeGreaterThan(3);
    for (const { properties: p } of clear) {
      expect(await matched(request, `bbox=${p.west},${p.south},${p.east},${p.north}`)).toBe(p.n);
      const members = all.filter((item) => within(item, p));
      const categories = new Map<string, number>();
      for (const { properties } of members) categories.set(String(properties['category']), (categories.get(String(properties['category'])) ?? 0) + 1);
      for (const [category, n] of categories) expect(p[`n_${category}`], category).toBe(n);
    }
  });

  await test.step('a category is hidden and shown again, by mouse and by keyboard', async () => {
    await page.locator('#legend summary').click();
    await expect(page.locator('#legend')).toHaveAttribute('open');
    const clash = page.locator('.legend-toggle[data-category="clash"]');
    await clash.click();
    await expect(clash).toHaveAttribute('aria-pressed', 'false');
    const clashes = all.filter(({ properties }) => properties['category'] === 'clash').length;
    await expect.poll(() => total(page)).toBe(all.length - clashes);
    expect(fragment(page).get('category')?.split(',')).not.toContain('clash');
    await clash.focus();
    await page.keyboard.press('Space');
    await expect(clash).toHaveAttribute('aria-pressed', 'true');
    await expect.poll(() => total(page)).toBe(all.length);
    expect(fragment(page).has('category')).toBe(false);
    await page.locator('#legend summary').click();
    await expect(page.locator('#legend')).not.toHaveAttribute('open');
  });

  await test.step('a report that is not exact has its circle, in true size', async () => {
    await go(page, 'map=9/35.6/45.9');
    const alone = async (): Promise<Mark[]> => (await marks(page)).filter(({ layer }) => layer === 'incidents');
    // Clusters of the zoom before fade away first.
    await expect.poll(async () => (await alone()).length).toBeGreaterThan(1);
    const singles = await alone();
    const circles = await page.evaluate(() => window.bordermap.map.queryRenderedFeatures({ layers: ['reach'] }).map(({ properties }) => properties['id']));
    for (const { properties } of singles) {
      const uncertainty = Number(all.find(({ id }) => id === properties['id'])?.properties['position_uncertainty_m']);
      const metresPerPixel = (40_075_016.686 * Math.cos((properties.north * Math.PI) / 180)) / 512;
      expect(Number(properties['reach']) * metresPerPixel).toBeCloseTo(uncertainty, 3);
      expect(circles).toContain(properties['id']);
    }
  });

  await test.step('a cluster of one position opens as the list of its members', async () => {
    const one = (await marks(page)).find(({ layer, properties: p }) => layer === 'clusters' && p.west === p.east && p.south === p.north);
    if (!one) throw new Error('no cluster of one position in sight');
    await clickAt(page, one.at);
    await expect(page.locator('.report')).toHaveCount(one.properties.n);
  });

  await test.step('crossings are drawn by their state, and the border in its river as such', async () => {
    await go(page, 'map=8/30.6/48.1');
    const icons = (): Promise<unknown[][]> =>
      page.evaluate(() => window.bordermap.map.queryRenderedFeatures({ layers: ['crossings'] }).map(({ properties: p }) => [p['id'], p['icon']]));
    const crossings = await items(request, '', 'crossings');
    // What lies lowest is placed last.
    await expect.poll(async () => (await icons()).length).toBeGreaterThan(0);
    const drawn = await icons();
    for (const [id, icon] of drawn) {
      const properties = crossings.find((crossing) => crossing.id === id)?.properties;
      const state = properties?.['unverified'] ? undefined : properties?.['state'];
      expect(icon).toBe(`crossing:${String(state ?? 'unverified')}`);
    }
    const rivers = () => page.evaluate(() => window.bordermap.map.queryRenderedFeatures({ layers: ['border-river'] }).length);
    expect(await rivers()).toBeGreaterThan(0);
    await go(page, 'map=8/35.6/45.9');
    expect(await rivers()).toBe(0);
  });
});

test('what is too much to fetch comes from tiles, counted and filtered alike', async ({ page, request }) => {
  const tiles: URL[] = [];
  page.on('request', (asked) => { if (asked.url().includes('/tiles/WebMercatorQuad/')) tiles.push(new URL(asked.url())); });
  await open(page, WHOLE, 'inspect&whole=50');
  const all = await matched(request, '');
  await expect.poll(() => total(page)).toBe(all);
  expect(tiles.length).toBeGreaterThan(0);

  await test.step('with the same filter', async () => {
    tiles.length = 0;
    await go(page, `${WHOLE}&category=clash,strike,crossing-status&from=2018-06-01`);
    const filtered = await matched(request, 'category=clash&category=strike&category=crossing-status&datetime=2018-06-01/..');
    expect(filtered).toBeGreaterThan(50);
    expect(filtered).toBeLessThan(all);
    await expect.poll(() => total(page)).toBe(filtered);
    expect(tiles.every(({ searchParams }) => searchParams.getAll('category').length === 3)).toBe(true);
  });

  await test.step('a click opens a cluster into its members', async () => {
    const largest = (await marks(page)).sort((a, b) => b.properties.n - a.properties.n)[0];
    if (!largest) throw new Error('no cluster');
    await clickAt(page, largest.at);
    await expect.poll(() => page.evaluate(() => window.bordermap.map.getZoom())).toBeGreaterThan(6.8);
    await settle(page);
    // Tiles of low zooms place things to some 500 m only.
    const { west, south, east, north } = largest.properties;
    const box = { ...largest.properties, west: west - 0.01, south: south - 0.01, east: east + 0.01, north: north + 0.01 };
    const apart = async (): Promise<number[]> =>
      (await marks(page)).filter(({ properties: p }) => overlap(p, box)).map(({ properties }) => properties.n);
    await expect.poll(async () => (await apart()).length).toBeGreaterThan(1);
    await expect.poll(async () => (await apart()).reduce((sum, n) => sum + n, 0)).toBe(largest.properties.n);
  });
});
