// Finds the words of the interface in the language chosen.

import type { Calendar, Language } from '../state/view';
import { en } from './en';
import { TRAITS, type PluralForm } from './languages';

export type MessageKey = keyof typeof en;
export type Params = Readonly<Record<string, string | number>>;
type Counted = { [K in MessageKey]: K extends `${infer Stem}.one` ? Stem : never }[MessageKey];
/** Every message, and whatever plural forms the language has besides. */
export type Messages = Readonly<Record<MessageKey, string>>;
export type FurtherForms<F extends PluralForm> = Readonly<Record<`${Counted}.${F}`, string>>;

/** Fetched when asked for: nobody reads four languages at once. */
const LOADERS: Record<Exclude<Language, 'en'>, () => Promise<Messages>> = {
  ar: async () => (await import('./ar')).ar,
  fa: async () => (await import('./fa')).fa,
  ckb: async () => (await import('./ckb')).ckb,
};

let messages: Messages = en;
let current: Language = 'en';
let reckoning: Calendar = 'gregory';

/**
 * Fetches a language's words and takes it for all that follows. A page is built in one language: whoever
 * changes it builds the page anew.
 */
export async function useLanguage(language: Language, calendar: Calendar | null = null): Promise<void> {
  messages = language === 'en' ? en : await LOADERS[language]();
  current = language;
  reckoning = calendar ?? TRAITS[language].calendar;
}

export function language(): Language {
  return current;
}

export function calendar(): Calendar {
  return reckoning;
}

export function direction(): 'ltr' | 'rtl' {
  return TRAITS[current].dir;
}

/** Whose digits numbers are written in, where something else formats them. */
export function numberLocale(): string {
  return TRAITS[current].locale;
}

/** A number in the language's digits. */
export function formatNumber(value: number, options: Intl.NumberFormatOptions = { maximumFractionDigits: 20 }): string {
  return value.toLocaleString(TRAITS[current].locale, options);
}

export function t(key: MessageKey, params: Params = {}): string {
  return fill(messages[key], params);
}

/** A message with a count, in the plural form that the language has for it. */
export function tn(stem: Counted, n: number): string {
  const forms: Partial<Record<string, string>> = messages;
  return fill(forms[`${stem}.${TRAITS[current].form(n)}`] ?? messages[`${stem}.other`], { n });
}

/** The words for a value of an enumeration, or the value itself where somebody's data have a new one. */
export function term(kind: 'category' | 'status' | 'precision' | 'side' | 'country' | 'format' | 'layer', value: string): string {
  const key = `${kind}.${value}`;
  return key in en ? messages[key as MessageKey] : value;
}

function fill(message: string, params: Params): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? formatNumber(value) : isolated(value);
  });
}

/** Latin words within a sentence that runs from the right keep their own order and leave the sentence its. */
function isolated(text: string): string {
  return direction() === 'rtl' && /\p{Script=Latin}/u.test(text) ? `\u2068${text}\u2069` : text;
}
