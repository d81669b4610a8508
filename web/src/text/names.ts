// Names in four languages: which one a label shows, and how a typed name is compared with them.

import type { Names } from '../api/types';
import { language } from '../i18n';
import type { Labels, Language } from '../state/view';

/** Governorates where Kurdish is the language of the street signs. */
const KURDISH_IN_IRAQ = new Set(['Erbil', 'Sulaymaniyah', 'Duhok', 'Halabja']);

/** Countries of the map whose signs are in Arabic. */
const ARABIC = new Set(['IQ', 'SY', 'KW', 'SA', 'JO']);

export function latinName(names: Names): string {
  return plainLatin(names.name_en ?? names.name ?? names.name_ar ?? names.name_fa ?? names.name_ckb ?? '');
}

/** What only transliterations of Arabic and Persian write: macrons, letters with cedilla or dot, ain and hamza. */
const TRANSLITERATED = /[\u0304\u0323\u02bb-\u02bf‘]|[hdtz]\u0327/iu;

/**
 * A name as English writes it: half of a map's names with the marks of a transliteration and half without
 * would only look like two kinds. Letters of living alphabets, such as the Turkish ş and ü, stay.
 */
export function plainLatin(name: string): string {
  const parts = name.replace(/\s*\(city\)$/i, '').normalize('NFD');
  if (!TRANSLITERATED.test(parts)) return parts.normalize('NFC');
  return parts.replace(/[\p{M}\u02bb-\u02bf‘’']/gu, '').normalize('NFC');
}

/** The name in the language of the interface, else the nearest to it. */
export function displayName(names: Names, chosen: Language = language()): string {
  return (chosen === 'en' ? null : names[`name_${chosen}`]) ?? latinName(names);
}

/** The name in Arabic script as the place itself writes it; null where it is written otherwise. */
export function localName(names: Names, country: string | null, admin1: string | null): string | null {
  if (country === 'IR') return names.name_fa ?? null;
  if (country && !ARABIC.has(country)) return null;
  const kurdish = country === 'IQ' && admin1 !== null && KURDISH_IN_IRAQ.has(admin1);
  return (kurdish ? names.name_ckb : null) ?? names.name_ar ?? null;
}

/** The lines of a label: one language (else the place's own script), or the reader's over the local name. */
export function labelLines(
  names: Names,
  labels: Labels,
  country: string | null = null,
  admin1: string | null = null,
): string[] {
  const latin = latinName(names);
  if (labels === 'en') return [latin];
  if (labels !== 'local') return [names[`name_${labels}`] ?? localName(names, country, admin1) ?? names.name_ar ?? names.name_fa ?? latin];
  const local = localName(names, country, admin1);
  // Whoever reads Arabic script reads the local name rather than one in Latin script.
  const unknown = language() !== 'en' && !names[`name_${language()}`];
  const own = unknown && local ? local : displayName(names);
  // Arabic and Persian write many names alike but for the keyboard: those are said once.
  return local && letters(local) !== letters(own) ? [own, local] : [own];
}

/** A name without what keyboards and habits of spacing make of it. */
function letters(name: string): string {
  return searchKey(name).replaceAll(' ', '');
}

/** Every name that a person may type. */
export function allNames(names: Names): string[] {
  const all = [names.name_en, names.name, names.name_ar, names.name_fa, names.name_ckb];
  return [...new Set(all.filter((name): name is string => Boolean(name)))];
}

/** Its names, each with the language that it is in. */
export function namesByLanguage(names: Names): [Language, string][] {
  const all = (['en', 'ar', 'fa', 'ckb'] as const).map((one): [Language, string | null | undefined] => [one, names[`name_${one}`]]);
  const said = all.filter((one): one is [Language, string] => Boolean(one[1]));
  return said.filter(([, name], i) => said.findIndex(([, other]) => other === name) === i);
}

/**
 * A name in the form in which names are compared: without case, accents, vowel points and joiners,
 * and with one letter for each that Arabic, Persian and Sorani keyboards write differently.
 */
export function searchKey(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}|[\u0640\u200c\u200d'’‘ʿʾ`]/gu, '')
    .toLowerCase()
    .replace(/[ىيېێ]/g, 'ی')
    .replace(/ك/g, 'ک')
    .replace(/[ھەة]/g, 'ه')
    .replace(/[أإآٱ]/g, 'ا')
    .replace(/ڵ/g, 'ل')
    .replace(/ڕ/g, 'ر')
    .replace(/ۆ/g, 'و')
    .replace(/ڤ/g, 'ف')
    .replace(/ı/g, 'i')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
