// Places and provinces of reports in the reader's language: looked up in the shipped names, whole or not at all.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Crossing, Incident, Place, Segment } from '../src/api/types';
import { useLanguage } from '../src/i18n';
import type { Language } from '../src/state/view';
import { sayCrossingKind } from '../src/text/crossingkind';
import { gazetteer, sayCountry, sayLayer, sayPlace, sayProvince } from '../src/text/gazetteer';
import { shipped } from './shipped';

const OTHERS: readonly Exclude<Language, 'en'>[] = ['ar', 'fa', 'ckb'];

beforeAll(() => {
  gazetteer.learnSegments(shipped<Segment>('border-25m'));
  gazetteer.learnCrossings(shipped<Crossing>('crossings'));
  gazetteer.learnPlaces(shipped<Place>('places'));
  gazetteer.learnPlaces(shipped<Place>('towns'));
  gazetteer.learnCountries(shipped('countries'));
});
afterAll(() => useLanguage('en'));

/** Places of reports that no shipped layer names, or not in every language. */
const UNKNOWN = [
  'Al-Rashad village (Muqdadiyah)', 'Al-Sheeb crossing', 'Altun Kupri (Pirde) area', 'Arbat airfield (Sulaymaniyah district)', 'Barbzin heights (Sidakan)',
  'Bistam area (Saqqez county)', 'Erbil-Pirmam road, Erbil outskirts', 'Haji Omeran', 'Hawr al-Azim wetland (Hoveyzeh)', 'Iran-Iraq land crossings (shown at Mehran)',
  'Khor Mor gas field (Chamchamal district)', 'Khurmala oil field', 'Kolajo (Kifri district)', 'Near Altun Kupri (Pirde), Kirkuk', 'Qandil mountains', 'Raparin area (Ranya)',
  'Said Sadiq', 'Sangasar (Pishdar)', 'Sarvabad county border', 'Sidakan sub-district (Soran)', 'Sumar district (Qasr-e Shirin)', 'Surdash camp (Dukan district)',
  'Targavar (Urmia county)', 'Zrgwez (Sulaymaniyah district)',
];

const MARIVAN = { admin1: 'Kurdistan', country: 'IR' };
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
    ['Area west of Javanrud', { admin1: 'Kermanshah', country: 'IR' }, 'غرب جوانرود', 'غرب جوانرود', 'ڕۆژئاوای جوانڕۆ'],
  ])('%s', async (place, where, ...expected) => {
    for (const [i, language] of OTHERS.entries()) {
      await useLanguage(language);
      expect(sayPlace({ place, ...where }), language).toEqual({ text: expected[i], english: false });
    }
  });

  it('stays whole in English where a part of it isn’t known, and is marked so', async () => {
    await useLanguage('fa');
    const place = 'Khor Mor gas field (Chamchamal district)';
    expect(sayPlace({ place, admin1: 'Sulaymaniyah', country: 'IQ' })).toEqual({ text: place, english: true });
    await useLanguage('en');
    expect(sayPlace({ place, admin1: 'Sulaymaniyah', country: 'IQ' })).toEqual({ text: place, english: false });
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

  it('most places of reports have theirs; those that have none are these', () => {
    const places = shipped<Incident>('incidents').map(({ properties: p }) => ({ place: p.place ?? '', admin1: p.admin1, country: p.country }));
    const english = [...new Set(places.filter((where) => sayPlace(where).english).map(({ place }) => place))].sort();
    expect(english.filter((place) => !UNKNOWN.includes(place))).toEqual([]);
    expect(places.filter((where) => !sayPlace(where).english).length).toBeGreaterThan(places.length * 0.7);
  });

  it('what a crossing is and carries is said, or stays English as a whole', () => {
    expect(sayCrossingKind('official; passengers, trade, pilgrims').english).toBe(false);
    expect(sayCrossingKind('official; trade; pilgrims in limited hours 2026')).toEqual({ text: 'official; trade; pilgrims in limited hours 2026', english: true });
  });
});
