// Places and provinces of reports in the reader's language: names looked up in what is shipped, the words around them translated.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLACE_FIELDS, type Crossing, type Incident, type Place, type PlaceProperties, type Segment } from '../src/api/types';
import { useLanguage } from '../src/i18n';
import type { Language } from '../src/state/view';
import { sayCrossingKind } from '../src/text/crossingkind';
import { gazetteer, sayCountry, sayLayer, sayProvince } from '../src/text/gazetteer';
import localities from '../src/text/localities.json';
import { sayPlace } from '../src/text/whereabouts';
import { shipped } from './shipped';

const OTHERS: readonly Exclude<Language, 'en'>[] = ['ar', 'fa', 'ckb'];

beforeAll(() => {
  gazetteer.learnSegments(shipped<Segment>('border-25m'));
  gazetteer.learnCrossings(shipped<Crossing>('crossings'));
  gazetteer.learnPlaces(asFetched('places'));
  gazetteer.learnPlaces(asFetched('towns'));
  gazetteer.learnCountries(shipped('countries'));
  gazetteer.learnLocalities(localities);
});
afterAll(() => useLanguage('en'));

/** Settlements with the fields that the page asks for: it knows no further spellings until somebody searches. */
function asFetched(layer: 'places' | 'towns'): { properties: PlaceProperties }[] {
  const asked = ({ properties }: Place): unknown => Object.fromEntries(PLACE_FIELDS.map((field) => [field, properties[field] ?? null]));
  return shipped<Place>(layer).map((place) => ({ properties: asked(place) as PlaceProperties }));
}

const UNSEEN = 'no text in the language was found that names it';
/** Every name in the place of a report that stays in Latin letters, by language, and why: a spelling that is not certain is not shown as the name. */
const LATIN: Readonly<Record<(typeof OTHERS)[number], Readonly<Record<string, string>>>> = {
  ar: {
    Bistam: UNSEEN,
    Sangasar: 'spelled in several ways, none of them seen in a source',
    Targavar: UNSEEN,
  },
  fa: {
    Barbzin: UNSEEN,
    Kolajo: 'spelled in several ways, none of them seen in a source',
  },
  ckb: {
    'Al-Rashad': 'an Arabic name of a village, in Central Kurdish seen of another Rashad only',
    Bistam: UNSEEN,
    'Hawr al-Azim': UNSEEN,
    Kolajo: UNSEEN,
    Targavar: UNSEEN,
  },
};

const MARIVAN = { admin1: 'Kurdistan', country: 'IR' };
const ERBIL = { admin1: 'Erbil', country: 'IQ' };
const BASRA = { admin1: 'Basra', country: 'IQ' };

describe('the place of a report', () => {
  it.each([
    ['Marivan', MARIVAN, 'مريوان', 'مریوان', 'مەریوان'],
    ['Marivan county', MARIVAN, 'مقاطعة مريوان', 'شهرستان مریوان', 'شارستانی مەریوان'],
    ['Baneh county border', MARIVAN, 'حدود مقاطعة بانه', 'مرز شهرستان بانه', 'سنووری شارستانی بانە'],
    ['Khanaqin district', { admin1: 'Diyala', country: 'IQ' }, 'قضاء خانقين', 'ناحیهٔ خانقین', 'قەزای خانەقین'],
    ['Camps in Erbil governorate', { admin1: 'Erbil', country: 'IQ' }, 'مخيمات في محافظة أربيل', 'اردوگاه‌هایی در استان اربیل', 'کەمپەکان لە پارێزگای هەولێر'],
    ['Bashmaq crossing (Marivan)', MARIVAN, 'معبر باشماخ / بنجوين (مريوان)', 'گذرگاه باشماق / پنجوین (مریوان)', 'دەروازەی باشماخ / پێنجوێن (مەریوان)'],
    ['Shalamcheh crossing, Iraqi side', BASRA, 'معبر الشلامجة، الجانب العراقي', 'گذرگاه شلمچه، سوی عراق', 'دەروازەی شەلەمچە، دیوی عێراق'],
    ['Sidakan sub-district (Soran)', ERBIL, 'ناحية سيدكان (سوران)', 'بخش سیدکان (سوران)', 'ناحیەی سیدەکان (سۆران)'],
    // In Iran a district is a part of a county, and no county.
    ['Sumar district (Qasr-e Shirin)', { admin1: 'Kermanshah', country: 'IR' }, 'ناحية سومار (قصر شيرين)', 'بخش سومار (قصر شیرین)', 'ناحیەی سوومار (قەسری شیرین)'],
    ['Al-Sheeb crossing', { admin1: 'Maysan', country: 'IQ' }, 'معبر الشيب / جذابة', 'گذرگاه چذابه / شیب', 'دەروازەی چەزابە / شێب'],
    ['Said Sadiq', { admin1: 'Sulaymaniyah', country: 'IQ' }, 'سيد صادق', 'سید صادق', 'سەید سادق'],
    ['Haji Omeran', ERBIL, 'حاج عمران', 'حاج عمران', 'حاجی ئۆمەران'],
    ['Near Altun Kupri (Pirde), Kirkuk', { admin1: 'Kirkuk', country: 'IQ' }, 'قرب التون كوبري، كركوك', 'نزدیک آلتون کوپری، کرکوک', 'نزیک پردێ، کەرکووک'],
    ['Erbil-Pirmam road, Erbil outskirts', ERBIL, 'طريق أربيل – صلاح الدين، أطراف أربيل', 'جادهٔ اربیل – پیرمام، حومهٔ اربیل', 'ڕێگای هەولێر – سەلاحەدین، دەوروبەری هەولێر'],
    ['Iran-Iraq land crossings (shown at Mehran)', { admin1: 'Ilam', country: 'IR' },
      'معابر إيران – العراق البرية (الموضع المعروض: مهران)', 'گذرگاه‌های زمینی ایران – عراق (نشان‌داده‌شده در مهران)', 'دەروازە وشکانییەکانی ئێران – عێراق (لە مێهران پیشان دراوە)'],
    ['Khor Mor gas field (Chamchamal district)', { admin1: 'Sulaymaniyah', country: 'IQ' },
      'حقل كورمور الغازي (قضاء جمجمال)', 'میدان گازی کورمور (ناحیهٔ چمچمال)', 'کێڵگەی گازی کۆرمۆر (قەزای چەمچەماڵ)'],
    ['Area west of Javanrud', { admin1: 'Kermanshah', country: 'IR' }, 'غرب جوانرود', 'غرب جوانرود', 'ڕۆژئاوای جوانڕۆ'],
  ])('%s', async (place, where, ...expected) => {
    for (const [i, language] of OTHERS.entries()) {
      await useLanguage(language);
      expect(sayPlace({ place, ...where }), language).toEqual({ text: expected[i], english: false });
    }
  });

  it('keeps an unknown name in Latin letters, marked so, among words that are not', async () => {
    await useLanguage('fa');
    expect(sayPlace({ place: 'Xyzabad heights (Marivan county)', ...MARIVAN })).toEqual({
      text: 'ارتفاعات \u2068Xyzabad\u2069 (شهرستان مریوان)',
      english: false,
      parts: [
        { text: 'ارتفاعات ', english: false }, { text: 'Xyzabad', english: true },
        { text: ' (', english: false }, { text: 'شهرستان ', english: false }, { text: 'مریوان', english: false }, { text: ')', english: false },
      ],
    });
    // Brackets and commas alone are no words of the reader's language.
    for (const place of ['Xyzabad', 'Xyzabad (Abcabad)', 'Xyzabad, Abcabad']) expect(sayPlace({ place, ...MARIVAN })).toEqual({ text: place, english: true });
    await useLanguage('en');
    expect(sayPlace({ place: 'Marivan county', ...MARIVAN })).toEqual({ text: 'Marivan county', english: false });
  });

  it('is no other place for sounding alike: not in another province, and not where several do', async () => {
    await useLanguage('ckb');
    const sulaymaniyah = { admin1: 'Sulaymaniyah', country: 'IQ' };
    expect(sayPlace({ place: 'Sayed Sadek', ...sulaymaniyah }).text).toBe('سەید سادق');
    expect(sayPlace({ place: 'Sayed Sadek', ...MARIVAN })).toEqual({ text: 'Sayed Sadek', english: true });
    const elsewhere = { country: 'IQ', admin1: 'Elsewhere' };
    gazetteer.learnLocalities([{ name_en: 'Ferhadava', name_ckb: 'فەرهاداوا', ...elsewhere }]);
    expect(sayPlace({ place: 'Farhadawa', ...elsewhere }).english).toBe(true);
    expect(sayPlace({ place: 'Ferhaddawa', ...elsewhere }).text).toBe('فەرهاداوا');
    gazetteer.learnLocalities([{ name_en: 'Ferhadawah', name_ckb: 'فەرهادئاوا', ...elsewhere }]);
    expect(sayPlace({ place: 'Ferhaddawa', ...elsewhere }).english).toBe(true);
  });
});

describe.each(OTHERS)('in %s', (language) => {
  beforeAll(() => useLanguage(language));

  it('every province, country and layer that a report or a crossing names has its word', () => {
    const english: string[] = [];
    for (const { properties: p } of shipped<Incident>('incidents')) {
      if (p.admin1 && sayProvince(p.admin1, p.country).english) english.push(p.admin1);
      if (p.country && !/\p{Script=Arabic}/u.test(sayCountry(p.country).text)) english.push(p.country);
    }
    for (const { properties: p } of shipped<Crossing>('crossings')) {
      english.push(...[sayProvince(p.iraq_governorate, 'IQ'), sayProvince(p.iran_province, 'IR')].filter((said) => said.english).map(({ text }) => text));
      if (!p[`name_${language}`]) english.push(p.name_en);
    }
    expect([...new Set(english)]).toEqual([]);
    expect(sayLayer('incidents', 'Reported incidents').english).toBe(false);
    expect(sayLayer('mine', 'My own')).toEqual({ text: 'My own', english: true });
  });

  it('every place of a report is said, but for these names', () => {
    const latin = shipped<Incident>('incidents').flatMap(({ properties: p }) => {
      const said = sayPlace({ place: p.place ?? '', admin1: p.admin1, country: p.country });
      return (said.parts ?? [said]).filter(({ english }) => english).map(({ text }) => text);
    });
    expect([...new Set(latin)].sort()).toEqual(Object.keys(LATIN[language]).sort());
  });

  it('a name that is shipped for reports is in its own letters, has a source, and is used', () => {
    const places = shipped<Incident>('incidents').map(({ properties: p }) => p.place ?? '');
    for (const locality of localities as readonly (Record<string, unknown> & { name_en: string; alternate_names?: string[]; name_sources: Record<string, string> })[]) {
      const name = locality[`name_${language}`];
      expect(Boolean(name), locality.name_en).toBe(Boolean(locality.name_sources[language]));
      if (typeof name === 'string') expect(name, locality.name_en).toMatch(/^[\p{Script=Arabic}\u200c ]+$/u);
      const spellings = [locality.name_en, ...(locality.alternate_names ?? [])];
      expect(spellings.some((spelling) => places.some((place) => place.includes(spelling))), locality.name_en).toBe(true);
    }
  });

  it('what a crossing is and carries is said, or stays English as a whole', () => {
    expect(sayCrossingKind('official; passengers, trade, pilgrims').english).toBe(false);
    expect(sayCrossingKind('official; trade; pilgrims in limited hours 2026')).toEqual({ text: 'official; trade; pilgrims in limited hours 2026', english: true });
  });
});
