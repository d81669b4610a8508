// Where a kilometre of the border is: on the measured line, whatever the page draws.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { placeKilometre } from '../src/find/kilometre';

const DRAWN = { lng: 46.0, lat: 35.5 };
const asked: string[] = [];

function answerWith(answer: () => Promise<Response>): void {
  vi.stubGlobal('fetch', (address: URL) => {
    asked.push(`${address.pathname}${address.search}`);
    return answer();
  });
}

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal('document', { baseURI: 'http://localhost/' });
});
afterEach(() => { vi.unstubAllGlobals(); });

it('is where the server says', async () => {
  answerWith(() => Promise.resolve(Response.json({ km: 454, distance_m: 0, side: null, side_unknown: 'on-the-line', segment: 'kurdistan-sulaymaniyah', foot: [46.0227, 35.5281] })));
  expect(await placeKilometre(454, DRAWN, new AbortController().signal)).toEqual({ lng: 46.0227, lat: 35.5281 });
  expect(asked).toEqual(['/api/border/position?km=454']);
});

it('is where the page draws it when nobody answers, or the end is a metre sooner', async () => {
  answerWith(() => Promise.reject(new TypeError('Failed to fetch')));
  expect(await placeKilometre(454, DRAWN, new AbortController().signal)).toEqual(DRAWN);
  answerWith(() => Promise.resolve(Response.json({ code: 'invalid-parameters' }, { status: 400 })));
  expect(await placeKilometre(1641.4, DRAWN, new AbortController().signal)).toEqual(DRAWN);
});
