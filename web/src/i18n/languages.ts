// What each language brings along besides its words: name, direction, digits and plural forms.

import type { Calendar, Language } from '../state/view';

export type PluralForm = Intl.LDMLPluralRule;

interface Traits {
  /** Its own name, by which its readers find it. */
  readonly name: string;
  readonly dir: 'ltr' | 'rtl';
  /** For numbers, and for dates where Intl knows the language. */
  readonly locale: string;
  /** The calendar in which its readers usually count. */
  readonly calendar: Calendar;
  readonly forms: readonly PluralForm[];
  form(n: number): PluralForm;
}

export const TRAITS: Record<Language, Traits> = {
  en: { name: 'English', dir: 'ltr', locale: 'en-GB', calendar: 'gregory', ...rules('en') },
  ar: { name: 'العربية', dir: 'rtl', locale: 'ar-IQ-u-nu-arab', calendar: 'gregory', ...rules('ar') },
  fa: { name: 'فارسی', dir: 'rtl', locale: 'fa-IR-u-nu-arabext', calendar: 'persian', ...rules('fa') },
  // Chromium's Intl lacks Sorani. Iraq writes its numbers as Arabic does; months are ours (text/months.ts).
  ckb: {
    name: 'کوردیی ناوەندی',
    dir: 'rtl',
    locale: 'ar-IQ-u-nu-arab',
    calendar: 'gregory',
    forms: ['one', 'other'],
    form: (n) => (n === 1 ? 'one' : 'other'),
  },
};

function rules(tag: string): Pick<Traits, 'forms' | 'form'> {
  const plural = new Intl.PluralRules(tag);
  return { forms: plural.resolvedOptions().pluralCategories, form: (n) => plural.select(n) };
}

/** The language asked for, else the first of the reader's that we have, else English. */
export function chooseLanguage(asked: Language | null, preferred: readonly string[]): Language {
  if (asked) return asked;
  const ours = preferred.map(oursFor).find((language) => language !== null);
  return ours ?? 'en';
}

/** `ku` is Kurmanji to most browsers, but with an Arabic-script or Iraqi tag it means Sorani. */
function oursFor(tag: string): Language | null {
  const [primary = '', ...subtags] = tag.toLowerCase().split('-');
  if (primary === 'ku') return subtags.some((subtag) => ['arab', 'iq', 'ir'].includes(subtag)) ? 'ckb' : null;
  const known = Object.keys(TRAITS) as Language[];
  return known.find((language) => language === primary) ?? null;
}
