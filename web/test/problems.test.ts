// Whatever the server refuses with is worded here, in each language, and never by the server's own sentence.

import { afterEach, describe, expect, it } from 'vitest';
import description from '../src/api/openapi.d.ts?raw';
import { mayPass, placesOf, refusalOf } from '../src/api/problem';
import type { Problem } from '../src/api/types';
import { useLanguage } from '../src/i18n';
import { LANGUAGES } from '../src/state/view';
import { FAULTS, KINDS, refusalWords } from '../src/text/problems';

/** The codes that the API's own description lists. */
const DESCRIBED = [...description.matchAll(/readonly code: ((?:"[\w-]+" \| )+"[\w-]+");/g)]
  .map(([, list = '']) => [...list.matchAll(/"([\w-]+)"/g)].map(([, code = '']) => code));

const SENTENCE = 'The parameter "filter" is at byte 23 not valid.';
const crossing: Problem = {
  type: 'http://localhost/api/docs#invalid-parameters', code: 'invalid-parameters', status: 400, title: 'A parameter is not right', detail: SENTENCE, request_id: 'r-7',
  errors: [{ parameter: 'filter', code: 'self-crossing', value: 'S_INTERSECTS(geometry, POLYGON((…)))', detail: SENTENCE, position: [45.5, 34.5], offset: 22 }],
};

afterEach(() => useLanguage('en'));

it('has words for every code that the description lists, and no others', () => {
  const lists = DESCRIBED.map((codes) => codes.toSorted().join());
  expect(lists).toContain(Object.keys(FAULTS).sort().join());
  expect(lists).toContain(Object.keys(KINDS).sort().join());
});

describe.each(LANGUAGES)('in %s', (language) => {
  const worded = (problem: Problem): string[] => {
    const words = refusalWords(refusalOf(problem, problem.status ?? 400));
    for (const one of words) {
      expect(one).not.toContain('byte');
      expect(one).not.toMatch(/[{}]|undefined|null/);
      if (language === 'en') expect(one).toMatch(/[a-z]{3}/);
      else expect(one).toMatch(/\p{Script=Arabic}{3}/u);
    }
    return words;
  };

  it.each(Object.keys(FAULTS))('words the fault %s', async (code) => {
    await useLanguage(language);
    const errors = [{ parameter: 'radius', code: code as keyof typeof FAULTS, detail: SENTENCE, min: 0, max: 2_000_000, position: [45.5, 34.5] as [number, number] }];
    expect(worded({ ...crossing, errors })).toHaveLength(1);
  });

  it.each(Object.keys(KINDS))('words the problem %s', async (kind) => {
    await useLanguage(language);
    expect(worded({ code: kind as keyof typeof KINDS, status: 503, detail: SENTENCE })).toHaveLength(1);
    // An older server tells the kind by the type alone.
    expect(worded({ type: `/api/docs#${kind}`, status: 503, detail: SENTENCE })).toHaveLength(1);
  });

  it('words what nobody knows', async () => {
    await useLanguage(language);
    const unknown = [
      { status: 418, detail: SENTENCE },
      { status: 400, code: 'brand-new', detail: SENTENCE },
      { ...crossing, errors: [{ parameter: 'constructor', code: 'brand-new', detail: SENTENCE }] },
      { ...crossing, errors: [{ parameter: 'filter', detail: SENTENCE }] },
    ] as unknown as Problem[];
    for (const problem of unknown) expect(worded(problem)).toHaveLength(1);
  });
});

describe('a refusal', () => {
  it('says what is wrong with which part of the question, and where', () => {
    const refusal = refusalOf(crossing, 400);
    expect(refusalWords(refusal)).toEqual([
      'Area: it crosses itself at 34.5000° N, 45.5000° E, which is marked on the map. Move a corner until its edges no longer cross, or drop it.',
    ]);
    expect(placesOf(refusal)).toEqual([{ lng: 45.5, lat: 34.5 }]);
    expect(mayPass(refusal)).toBe(false);
  });

  it('says bounds with their unit, all faults at once, and each once', () => {
    const errors = [
      { parameter: 'radius', code: 'out-of-range', detail: '', min: 100, max: 2_000_000 },
      { parameter: 'datetime', code: 'reversed-interval', detail: '' },
      { parameter: 'cursor', code: 'not-a-cursor', detail: '' },
      { parameter: 'limit', code: 'unknown-parameter', detail: '' },
    ] as const;
    const words = refusalWords(refusalOf({ ...crossing, errors }, 400)).map((one) => one.replaceAll('\u00a0', ' '));
    expect(words).toEqual([
      'Radius: it must lie between 100 m and 2,000 km.',
      'Days: the first day is after the last.',
      'The page asked in a way that this server does not understand; perhaps one of the two is newer. Load the page again.',
    ]);
  });

  it('that passes says when to ask again', () => {
    const refusal = refusalOf({ code: 'too-many-requests', status: 429 }, 429, 7);
    expect(refusalWords(refusal)).toEqual(['More was asked from here than the server gives one reader.', 'It can be asked again in 7 s.']);
    expect(mayPass(refusal)).toBe(true);
  });
});
