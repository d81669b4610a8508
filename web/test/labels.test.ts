// Names on the map: one way of writing them in Latin letters.

import { describe, expect, it } from 'vitest';
import { plainLatin } from '../src/text/names';

describe('names in Latin letters', () => {
  it('lose the marks of transliterations', () => {
    expect(plainLatin('Al Maḩmūdīyah')).toBe('Al Mahmudiyah');
    expect(plainLatin("‘Abdol Khān-e Pā'īn")).toBe('Abdol Khan-e Pain');
    expect(plainLatin('Abu al-Khasib (city)')).toBe('Abu al-Khasib');
  });

  it('keep the letters of living alphabets', () => {
    for (const name of ['Şırnak', 'Yüksekova', 'Türkiye', 'Koya (Koysinjaq)']) expect(plainLatin(name)).toBe(name);
  });
});
