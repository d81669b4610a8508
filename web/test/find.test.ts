// What is typed into the search box, as people write it in four scripts, against the shipped names.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Crossing, Place, Segment } from '../src/api/types';
import { alternatesOf, countryFindable, crossingFindable, placeFindable, provinceFindable, segmentFindable, townFindables, waterFindables } from '../src/find/findables';
import { findLocally, isGuess, yieldsToReports } from '../src/find/finder';
import { readKilometres } from '../src/find/kilometre';
import { KnownNames } from '../src/find/known';
import { NO_REPORTS, isWorthAsking, type ReportsFound } from '../src/find/reports';
import { suggest } from '../src/find/suggestions';
import { NO_FILTER } from '../src/state/view';
import { shipped } from './shipped';

const known = new KnownNames();
const BORDER = { lengthKm: 1641.378, at: (km: number) => ({ lng: 45 + km / 1000, lat: 35 }) };
const AROUND = { centre: { lng: 46, lat: 35 }, border: BORDER };

beforeAll(() => {
  const [places, towns] = [shipped<Place>('places'), shipped<Place>('towns')];
  // The further spellings come before or after the names they belong to.
  known.respell('place', alternatesOf(towns));
  known.learn(places.map(placeFindable));
  known.learn(townFindables(towns, places));
  known.respell('place', alternatesOf(places));
  known.learn(shipped<Crossing>('crossings').map(crossingFindable));
  known.learn(shipped<Segment>('border-25m').map(segmentFindable));
  known.learn(shipped('provinces').map(provinceFindable));
  known.learn(shipped('countries').map(countryFindable));
  known.learn(waterFindables('river', shipped('rivers')));
  known.learn(waterFindables('lake', shipped('lakes')));
});

function first(text: string): string {
  const [hit] = known.find(text);
  return hit ? `${hit.found.kind} ${hit.found.names.name_en}` : '';
}

describe('the first that is found for', () => {
  it.each([
    // Spellings that a walk through the page missed.
    ['Sulaimani', 'place Sulaymaniyah'], ['Suleimaniya', 'place Sulaymaniyah'], ['Slemani', 'place Sulaymaniyah'], ['Hawler', 'place Erbil'],
    ['Qasre Shirin', 'place Qasr-e Shirin'], ['Kurdistan', 'province Kurdistan'], ['Tehran', 'place Tehran'], ['Bana', 'place Baneh'], ['Bane', 'place Baneh'], ['Anbar', 'province Al Anbar'], ['انبار', 'province Al Anbar'],
    // Latin script: sh and š, ou and u, -e and -i, doubled letters, a final h, q and gh and kh.
    ['Sulaymaniyyah', 'place Sulaymaniyah'], ['Souleimaniye', 'place Sulaymaniyah'], ['Silêmanî', 'place Sulaymaniyah'], ['Hewlêr', 'place Erbil'],
    ['Qasr-i Shirin', 'place Qasr-e Shirin'], ['Ghasr-e Shirin', 'place Qasr-e Shirin'], ['Kordestan', 'province Kurdistan'],
    ['Teheran', 'place Tehran'], ['Penjween', 'place Penjwen'], ['Panjwin', 'place Penjwen'], ['Pencwên', 'place Penjwen'], ['Rowanduz', 'place Rawanduz'],
    ['Merivan', 'place Marivan'], ['Meriwan', 'place Marivan'], ['Sinne', 'place Sanandaj'], ['Orumiyeh', 'place Urmia'], ['Urmiye', 'place Urmia'],
    ['Ahwaz', 'place Ahvaz'], ['Basrah', 'place Basra'], ['Al Basrah', 'place Basra'], ['Kerkûk', 'place Kirkuk'], ['Xaneqîn', 'place Khanaqin'],
    ['Khanaqeen', 'place Khanaqin'], ['Mohammerah', 'place Khorramshahr'], ['Khoramshahr', 'place Khorramshahr'], ['Helebce', 'place Halabja'],
    ['Halabcha', 'place Halabja'], ['Saqiz', 'place Saqqez'], ['Piranşar', 'place Piranshahr'], ['Serdesht', 'place Sardasht'], ['Javanrood', 'place Javanrud'],
    ['Paweh', 'place Paveh'], ['Nausud', 'place Nowsud'], ['Gilan Gharb', 'place Gilan-e Gharb'], ['Sarpol Zahab', 'place Sarpol-e Zahab'],
    ['Darbandixan', 'place Darbandikhan'], ['Bagdad', 'place Baghdad'], ['Esfahan', 'place Isfahan'], ['Tabriz', 'place Tabriz'],
    // Crossings by either side.
    ['Haji Omran', 'crossing Tamarchin / Haji Omeran'], ['Haj Omran', 'crossing Tamarchin / Haji Omeran'], ['Bashmakh', 'crossing Bashmaq / Penjwen'],
    ['Shalamja', 'crossing Shalamcheh'], ['Parviz Khan', 'crossing Parvizkhan (Parwezkhan)'], ['Zorbatiya', 'crossing Mehran / Zurbatiyah'], ['Mundhiriyah', 'crossing Khosravi / Mundhiriya'],
    ['bashmaq-penjwen', 'crossing Bashmaq / Penjwen'],
    // Arabic, Persian and Kurdish, with the letters of one another's keyboards.
    ['السليمانية', 'place Sulaymaniyah'], ['سليمانيه', 'place Sulaymaniyah'], ['سلێمانی', 'place Sulaymaniyah'], ['هولير', 'place Erbil'], ['اربيل', 'place Erbil'],
    ['قصر شيرين', 'place Qasr-e Shirin'], ['قسر شیرین', 'place Qasr-e Shirin'], ['سنه', 'place Sanandaj'], ['كرمانشاه', 'place Kermanshah'], ['مهران', 'place Mehran'],
    ['بنجوين', 'place Penjwen'], ['پنجوین', 'place Penjwen'], ['قلعه دیزه', 'place Qaladiza'], ['حلبجه', 'place Halabja'], ['المحمرة', 'place Khorramshahr'],
    ['تهران', 'place Tehran'], ['طهران', 'place Tehran'], ['عبادان', 'place Abadan'], ['شلمچه', 'crossing Shalamcheh'], ['باشماخ', 'crossing Bashmaq / Penjwen'],
    // Provinces, countries, segments of the border.
    ['Diyala', 'province Diyala'], ['Wasit', 'province Wasit'], ['IR-05', 'province Kermanshah'], ['Iraq', 'country Iraq'], ['Irak', 'country Iraq'], ['العراق', 'country Iraq'],
    ['Turkey', 'country Türkiye'], ['Iran', 'country Iran'], ['Ilam – Wasit', 'segment Ilam – Wasit'], ['Basra – Khuzestan', 'segment Khuzestan – Basra'], ['واسط – ایلام', 'segment Ilam – Wasit'],
    // Rivers and lakes, by either name of the one that the border follows.
    ['Tigris', 'river Tigris'], ['Tigris River', 'river Tigris'], ['دجلة', 'river Tigris'], ['دجله', 'river Tigris'], ['Euphrates', 'river Euphrates'], ['Shatt al-Arab', 'river Shatt al-Arab / Arvand Rud'],
    ['Shatt al Arab', 'river Shatt al-Arab / Arvand Rud'], ['Arvand Rud', 'river Shatt al-Arab / Arvand Rud'], ['اروندرود', 'river Shatt al-Arab / Arvand Rud'],
    ['شط العرب', 'river Shatt al-Arab / Arvand Rud'], ['Lake Urmia', 'lake Lake Urmia'], ['Urmia Lake', 'lake Lake Urmia'], ['Lake Van', 'lake Lake Van'],
  ])('%s is %s', (text, expected) => {
    expect(first(text)).toBe(expected);
  });
});

it('a name that is written so comes before one that begins so, and that before one that sounds so', () => {
  expect(known.find('Kermanshah').map(({ fit }) => fit)).toEqual(['exact', 'exact', 'prefix', 'prefix']);
  const fits = known.find('Sulaimani').map(({ fit }) => fit);
  expect([...fits].sort((a, b) => ['exact', 'prefix', 'word', 'sound'].indexOf(a) - ['exact', 'prefix', 'word', 'sound'].indexOf(b))).toEqual(fits);
});

it('a river that comes in pieces is one, with all that it spans', () => {
  const hits = known.find('Tigris').filter(({ found }) => found.kind === 'river');
  expect(hits).toHaveLength(1);
  expect(hits[0]?.found.extent).toMatchObject({ kind: 'box' });
  const { south = 0, north = 0 } = hits[0]?.found.extent ?? {};
  expect([south < 31.5, north > 37.5]).toEqual([true, true]);
});

it('what is only similar is found where nothing fits better, and is a guess', () => {
  const local = findLocally('Sanandej', known, AROUND);
  expect(local.named[0]?.found.names.name_en).toBe('Sanandaj');
  const wrong = findLocally('Dezfuk', known, AROUND);
  expect(wrong.named[0]).toMatchObject({ fit: 'similar', found: { names: { name_en: 'Dezful' } } });
  expect(isGuess(wrong)).toBe(true);
  expect(isGuess(findLocally('Dezful', known, AROUND))).toBe(false);
});

it.each(['Atlantis', 'Zzzz', 'Khor Mor', 'drone', 'iib-012', '', '  ', '٪'])('%j is no name', (text) => {
  expect(known.find(text)).toEqual([]);
});

describe('reports that have the words', () => {
  const SAYING: ReportsFound = { called: [], saying: { filter: NO_FILTER, n: 7, first: [], unfiltered: false } };
  const groups = (text: string, reports: ReportsFound | null): string[] => suggest(text, findLocally(text, known, AROUND), reports).map(({ group }) => group);

  // Plain words of reports, by their sound, by letters within a name or by the beginning of a spelling that nobody is shown.
  it.each(['Arbaeen', 'border', 'shell', 'kill', 'gas', 'covid', 'said', 'village', 'district', 'Dezfuk'])('come before what %s is only like', (word) => {
    expect(groups(word, SAYING)[0]).toBe('report');
    expect(yieldsToReports(findLocally(word, known, AROUND))).toBe(true);
  });

  it('are said to contain the text: it may stand within a word', () => {
    const suggested = suggest('rania', findLocally('rania', known, AROUND), SAYING);
    expect(suggested.find(({ key }) => key === 'words')?.label.text).toBe('Reports that contain “rania”');
  });

  it.each(['Erbil', 'Iraq', 'Khosravi', 'Omeran', 'Qasr', 'Shirin', 'Mehr', 'Parviz', 'تهران'])('come after what is called %s', (name) => {
    expect(groups(name, SAYING).at(-1)).toBe('report');
    expect(yieldsToReports(findLocally(name, known, AROUND))).toBe(false);
  });

  it.each(['hand', 'غاز'])('take no name for %s unasked, though some begin or end alike', (word) => {
    expect(isGuess(findLocally(word, known, AROUND))).toBe(true);
  });

  it.each(['Sulaimani', 'Slemani', 'Hawler', 'Qasre Shirin', 'Panjwin'])('leave %s a place to be taken when there are none, and not while that is unknown', (name) => {
    const local = findLocally(name, known, AROUND);
    expect(suggest(name, local, NO_REPORTS)[0]).toMatchObject({ group: 'place', guess: false });
    expect(suggest(name, local, null)[0]).toMatchObject({ group: 'place', guess: yieldsToReports(local) });
  });
});

describe('kilometres of the border', () => {
  it.each(['km 454', '454 km', 'km454', 'KM 454', 'border km 454', '454 km', 'کیلومتر ۴۵۴', '۴۵۴ کیلومتر', 'کیلومتر مرزی ۴۵۴', 'كيلومتر ٤٥٤', 'كم ٤٥٤', 'کم ٤٥٤', 'کیلۆمەتری ٤٥٤', 'کیلۆمەتری سنوور ٤٥٤'])('%s', (text) => {
    expect(readKilometres(text)).toEqual([454]);
    expect(findLocally(text, known, AROUND).kilometres.map(({ km }) => km)).toEqual([454]);
  });

  it('with a decimal of either kind', () => {
    expect(readKilometres('km 454.5')).toEqual([454.5]);
    expect(readKilometres('km 454,5')).toEqual([454.5]);
    expect(readKilometres('کیلومتر ۴۵۴٫۵')).toEqual([454.5]);
    // As the page writes the end of the border.
    for (const text of ['km 1,641.4', 'كم ١٬٦٤١٫٤', '۱٬۶۴۱٫۴ کیلومتر']) expect(readKilometres(text)).toEqual([1641.4]);
  });

  it('that can be read in two ways are offered both ways', () => {
    const local = findLocally('km 1,641', known, AROUND);
    expect(suggest('km 1,641', local, NO_REPORTS).map(({ label, guess }) => [label.text, guess])).toEqual([['Border kilometre 1.641', true], ['Border kilometre 1,641', true]]);
    expect(isGuess(local)).toBe(true);
    // One of the two lies beyond the end.
    expect(findLocally('km 454,125', known, AROUND).kilometres.map(({ km }) => km)).toEqual([454.125]);
  });

  it('up to the end as it is said', () => {
    expect(findLocally('km 1641.4', known, AROUND)).toMatchObject({ kilometres: [{ km: 1641.4 }], fault: null });
    expect(findLocally('km 0', known, AROUND)).toMatchObject({ kilometres: [{ km: 0 }], fault: null });
  });

  it('are told as they were typed', () => {
    const [told] = suggest('km 12.25', findLocally('km 12.25', known, AROUND), NO_REPORTS);
    expect(told).toMatchObject({ label: { text: 'Border kilometre 12.25' }, choice: { kind: 'kilometre', km: 12.25 } });
  });

  it('none beyond its end, and none that is something else', () => {
    expect(findLocally('km 1700', known, AROUND)).toMatchObject({ kilometres: [], fault: { kind: 'beyond', endKm: 1641.4 } });
    expect(findLocally('km 1641.5', known, AROUND)).toMatchObject({ kilometres: [], fault: { kind: 'beyond', endKm: 1641.4 } });
    for (const text of ['km -5', '-5 km', 'km −۵']) expect(findLocally(text, known, AROUND).fault).toEqual({ kind: 'beyond', endKm: 1641.4 });
    expect(readKilometres('454')).toEqual([]);
    expect(readKilometres('km 1.2.3')).toEqual([]);
    expect(readKilometres('Kut 12')).toEqual([]);
  });
});

describe('positions', () => {
  it('numbers in doubt are a guess, numbers out of range are a fault', () => {
    expect(isGuess(findLocally('46.18, 35.52', known, AROUND))).toBe(true);
    expect(isGuess(findLocally('35.52, 46.18', known, AROUND))).toBe(false);
    for (const text of ['95, 190', '91N 45E', '35N 181E', '91° 200°', 'lat 95 lon 45']) expect(findLocally(text, known, AROUND).fault, text).toEqual({ kind: 'range' });
    expect(findLocally('Kut 12', known, AROUND).fault).toBeNull();
  });

  it('a short Plus code beside a name is near that place', () => {
    const beside = findLocally('GXF4+2F Penjwen', known, AROUND).beside;
    expect(beside?.place.found.names.name_en).toBe('Penjwen');
    expect(Math.abs((beside?.at.lat ?? 0) - 35.62)).toBeLessThan(0.6);
    expect(findLocally('GXF4+2F Atlantis', known, AROUND)).toMatchObject({ beside: null });
  });
});

it('only what has letters, and enough of them, is asked of the server', () => {
  expect(['drone', 'iib-012', 'پهپاد', 'Khor Mor'].every(isWorthAsking)).toBe(true);
  expect(['', 'ab', '123', '45.6'].some(isWorthAsking)).toBe(false);
});

it('of what is only similar, that with the same consonants comes first; what is no name is none, however it may be sounded', () => {
  expect(first('Mahran')).toBe('place Mehran');
  for (const text of ['xyzzy', 'qwerty', 'zxcvb', 'plugh']) expect(known.find(text), text).toEqual([]);
  expect(known.find('Khezi')).toHaveLength(1);
});
