// Every language says everything, and says it with the same parts.

import { afterEach, describe, expect, it } from 'vitest';
import { ar } from '../src/i18n/ar';
import { ckb } from '../src/i18n/ckb';
import { en } from '../src/i18n/en';
import { fa } from '../src/i18n/fa';
import { t, tn, useLanguage } from '../src/i18n';
import { TRAITS, chooseLanguage } from '../src/i18n/languages';
import { LANGUAGES } from '../src/state/view';

const MESSAGES: Record<(typeof LANGUAGES)[number], Record<string, string>> = { en, ar, fa, ckb };
const FORM = /\.(zero|one|two|few|many|other)$/;
const STEMS = Object.keys(en).filter((key) => key.endsWith('.one')).map((key) => key.slice(0, -'.one'.length));

function placeholders(message: string): string[] {
  return [...message.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();
}

/** The forms of a counted message; `category.other` and its like are only named so. */
function formsOf(stem: string, keys: string[]): string[] {
  return keys.filter((key) => FORM.test(key) && key.replace(FORM, '') === stem).map((key) => key.slice(stem.length + 1)).sort();
}

afterEach(() => useLanguage('en'));

describe.each(LANGUAGES)('the messages in %s', (language) => {
  const messages = MESSAGES[language];
  const counted = (key: string): boolean => STEMS.includes(key.replace(FORM, ''));

  it('are all there, and no others', () => {
    const plain = (keys: string[]): string[] => keys.filter((key) => !counted(key)).sort();
    expect(plain(Object.keys(messages))).toEqual(plain(Object.keys(en)));
  });

  it.each(STEMS)('count %s in every plural form of the language', (stem) => {
    // English keys are the least that every file has, even where a language makes no difference.
    const expected = [...new Set([...TRAITS[language].forms, 'one', 'other'])].sort();
    expect(formsOf(stem, Object.keys(messages))).toEqual(expected);
  });

  it('are never empty, and nowhere left in English', () => {
    for (const [key, message] of Object.entries(messages)) expect(message.trim(), key).not.toBe('');
    if (language === 'en') return;
    const same = Object.entries(messages).filter(([key, message]) => {
      const words = message.replace(/\{\w+\}/g, '');
      return message === (en as Record<string, string>)[key] && /[a-z]{4}/.test(words);
    });
    expect(same).toEqual([]);
  });

  it('have the same places to fill', () => {
    for (const [key, message] of Object.entries(messages)) {
      const stem = key.replace(FORM, '');
      const model = (en as Record<string, string>)[counted(key) ? `${stem}.other` : key] ?? '';
      // "One report" and "two reports" may be words without a number.
      const wordy = counted(key) && ['zero', 'one', 'two'].includes(key.slice(stem.length + 1));
      const given = placeholders(message);
      if (wordy) expect(placeholders(model), key).toEqual(expect.arrayContaining(given));
      else expect(given, key).toEqual(placeholders(model));
    }
  });
});

describe('words', () => {
  it('follow the six forms of Arabic', async () => {
    await useLanguage('ar');
    const words = [0, 1, 2, 3, 11, 100].map((n) => tn('reports', n));
    expect(words).toEqual(['لا تقارير', 'تقرير واحد', 'تقريران', '٣ تقارير', '١١ تقريرًا', '١٠٠ تقرير']);
  });

  it('have the digits of their language', async () => {
    await useLanguage('fa');
    expect(tn('reports', 1234)).toBe('۱٬۲۳۴ گزارش');
    await useLanguage('ckb');
    expect(tn('reports', 1234)).toBe('١٬٢٣٤ ڕاپۆرت');
    expect(t('play.rate', { n: 2 })).toBe('٢×');
  });

  it('keep Latin names apart in a sentence from the right', async () => {
    await useLanguage('fa');
    expect(t('point.segment', { segment: 'Erbil' })).toBe('بخش \u2068Erbil\u2069');
    expect(t('point.segment', { segment: 'اربیل' })).toBe('بخش اربیل');
  });

  it('of Sorani are in its own letters', () => {
    // Arabic's kaf, yeh and heh, and Persian's words without Kurdish vowels, are the usual slips.
    const wrong = Object.entries(ckb).filter(([, message]) => /[كيىةؤأإ\u064b-\u0652]/.test(message)).map(([key]) => key);
    expect(wrong).toEqual([]);
  });
});

describe('the language', () => {
  it.each([
    [null, ['de-AT', 'fa-IR', 'en'], 'fa'],
    [null, ['ckb-IQ'], 'ckb'],
    [null, ['ku-Arab-IQ', 'en'], 'ckb'],
    [null, ['ku-TR', 'ar'], 'ar'],
    [null, ['fr'], 'en'],
    [null, [], 'en'],
    ['ar', ['fa'], 'ar'],
  ] as const)('asked %s, of a reader of %j, is %s', (asked, preferred, chosen) => {
    expect(chooseLanguage(asked, preferred)).toBe(chosen);
  });
});
