// The address holds the View: nothing else on the page may write it.

import { describe, expect, it } from 'vitest';

const FILES: Record<string, string> = import.meta.glob(['../index.html', '../src/**/*.ts'], { query: '?raw', import: 'default', eager: true });

/** The files in which a pattern stands. */
function holding(pattern: RegExp): string[] {
  return Object.entries(FILES).filter(([, text]) => pattern.test(text)).map(([name]) => name);
}

describe('the address', () => {
  it('is written by the store alone', () => {
    expect(holding(/history\.(push|replace)State/)).toEqual(['../src/state/store.ts']);
    expect(holding(/location\.(hash|href|search)\s*=[^=]|location\.(assign|replace)\(/)).toEqual([]);
  });

  it('is replaced by no link: a fragment alone would take the place of the View', () => {
    expect(holding(/href\s*[=:]\s*["'`]#/)).toEqual([]);
  });
});
