// Finds the words of the interface; other languages join by a message file of the same keys.

import { en } from './en';

export type MessageKey = keyof typeof en;
export type Params = Readonly<Record<string, string | number>>;

/** The language of the interface; numbers and dates follow it. */
export const LOCALE = 'en-GB';

export function t(key: MessageKey, params: Params = {}): string {
  return en[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

const plural = new Intl.PluralRules(LOCALE);

type Counted = { [K in MessageKey]: K extends `${infer Stem}.one` ? Stem : never }[MessageKey];

/** A message with a count, which has one form for each plural category of the language. */
export function tn(stem: Counted, n: number): string {
  const key = `${stem}.${plural.select(n) === 'one' ? 'one' : 'other'}` as MessageKey;
  return t(key, { n: n.toLocaleString(LOCALE) });
}

/** The words for a value of an enumeration, or the value itself where somebody's data have a new one. */
export function term(kind: 'category' | 'status' | 'precision' | 'side', value: string): string {
  const key = `${kind}.${value}`;
  return key in en ? en[key as MessageKey] : value;
}
