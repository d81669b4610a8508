// What the browser tests share: opening the map and waiting for it, asking the API, clicking on positions.

import { expect, type APIRequestContext, type Page } from '@playwright/test';

export interface Item {
  id: string;
  geometry: { coordinates: [number, number] };
  properties: Record<string, unknown>;
}

/** As much of MapLibre's map as the tests use; the page hands it out under `?inspect`. */
export interface InspectedMap {
  loaded(): boolean;
  isMoving(): boolean;
  on(event: string, listener: () => void): void;
  once(event: string, listener: () => void): void;
  panBy(by: [number, number], options: { duration: number }): void;
  easeTo(options: { zoom: number; duration: number }): void;
  getZoom(): number;
  getBounds(): { getWest(): number; getSouth(): number; getEast(): number; getNorth(): number };
  isSourceLoaded(source: string): boolean;
  project(at: [number, number]): { x: number; y: number };
  getCanvas(): HTMLCanvasElement;
  getStyle(): { layers: { id: string }[] };
  setLayoutProperty(layer: string, name: string, value: unknown): void;
  setPaintProperty(layer: string, name: string, value: unknown): void;
  setFilter(layer: string, filter: unknown): void;
  getPaintProperty(layer: string, name: string): unknown;
  queryRenderedFeatures(options: { layers: string[] }): { layer: { id: string }; properties: Record<string, unknown>; geometry: { coordinates: unknown } }[];
}

declare global {
  interface Window {
    bordermap: { map: InspectedMap };
  }
}

export async function openMap(page: Page, fragment = ''): Promise<void> {
  await page.goto(`/?inspect#${fragment}`);
  await settle(page);
}

/** Waits until every answer is in and drawn. */
export async function settle(page: Page): Promise<void> {
  // page.waitForFunction needs eval, which the page's policy forbids.
  await expect
    .poll(() =>
      page.evaluate(() => {
        // The page's words may still be on their way.
        if (!('bordermap' in window)) return false;
        const { map } = window.bordermap;
        const loading = document.querySelector('.loading')?.textContent !== '';
        return map.loaded() && !map.isMoving() && !loading;
      }),
    )
    .toBe(true);
}

/** Where a position is on the screen. */
export async function pointAt(page: Page, at: [number, number]): Promise<{ x: number; y: number }> {
  return page.evaluate((position) => {
    const { map } = window.bordermap;
    const { x, y } = map.project(position);
    const box = map.getCanvas().getBoundingClientRect();
    return { x: box.x + x, y: box.y + y };
  }, at);
}

export async function clickAt(page: Page, at: [number, number]): Promise<void> {
  const { x, y } = await pointAt(page, at);
  await page.mouse.click(x, y);
}

export async function items(request: APIRequestContext, query: string, layer = 'incidents'): Promise<Item[]> {
  const answer = await request.get(`/api/collections/${layer}/items?limit=10000&${query}`);
  expect(answer.ok(), await answer.text().then((text) => text.slice(0, 300))).toBe(true);
  return ((await answer.json()) as { features: Item[] }).features;
}

/** The reports listed, in the order in which they are listed. */
export async function listedIds(page: Page): Promise<string[]> {
  return page.locator('.report').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-id') ?? ''));
}

export function ids(features: Item[]): string[] {
  return features.map(({ id }) => id);
}

/** What the address's days and corridor select, newest first; `query` is the rest of what is asked. */
export async function inCorridor(page: Page, request: APIRequestContext, query = ''): Promise<Item[]> {
  const asked = fragment(page);
  const [, fromKm, toKm, withinKm] = /^([\d.]+)-([\d.]+),([\d.]+)km$/.exec(asked.get('corridor') ?? '') ?? [];
  const area = `border_km BETWEEN ${fromKm} AND ${toKm} AND border_distance_m <= ${Number(withinKm) * 1000}`;
  return items(request, `${query}&sortby=-date&datetime=${asked.get('from') ?? '..'}/${asked.get('to') ?? '..'}&filter=${area}`);
}

export function fragment(page: Page): URLSearchParams {
  return new URLSearchParams(new URL(page.url()).hash.slice(1));
}

/** Rows of the list that are seen whole once the panel is scrolled to them. */
export async function rowsInSight(page: Page): Promise<number> {
  return page.locator('.report').evaluateAll((rows) => {
    rows[0]?.scrollIntoView({ block: 'start' });
    return rows.filter((row) => {
      const { left, top, bottom } = row.getBoundingClientRect();
      const met = [top + 2, bottom - 2].map((y) => document.elementFromPoint(left + 20, y));
      return met.every((element) => element && row.contains(element));
    }).length;
  });
}
