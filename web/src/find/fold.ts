// Names as they sound, roughly: one form for the many ways in which Kurdish, Persian and Arabic names are written in Latin
// script, and for the letters of Arabic script that sound alike. Only for comparing.

import { searchKey } from '../text/names';

/** Each way to write a sound, and the one letter that stands for it here. In this order: `dzh` holds `zh`. */
const LATIN: readonly (readonly [RegExp, string])[] = [
  [/\b(?:al|as|ash|az|ad|an|ar|at|el|us|ul) (?=\p{L})/gu, ''],
  // Baneh, Bane and Bana end alike.
  [/(?<=\p{L}{2})eh?$/u, 'a'],
  [/dzh|dsch|dj|zh/g, 'j'],
  [/sch|sh/g, 's'],
  [/tsch|tch|ch/g, 'c'],
  [/kh/g, 'x'],
  [/gh|q|ck/g, 'k'],
  [/ph/g, 'f'],
  [/dh/g, 'd'],
  [/th/g, 't'],
  [/ks/g, 'x'],
  [/ow(?![aeiouy])/g, 'u'],
  [/w/g, 'v'],
  [/ou|oo|uo|o/g, 'u'],
  [/[aeə][iy]|ee|[eyəi]/g, 'i'],
  [/(.)\1+/g, '$1'],
  // What is written for the end of a word that is hardly heard: Sulaymaniyah, Suleimaniya, Sulaimani.
  [/([aiu])h\b/g, '$1'],
  [/ia\b/g, 'i'],
  [/(.)\1+/g, '$1'],
];

/** Letters that one of the four languages says alike, or writes for another's. */
const ARABIC: readonly (readonly [RegExp, string])[] = [
  [/(?<=^| )ال(?=\p{L}{2})/gu, ''],
  [/[صث]/g, 'س'],
  [/[ضظذ]/g, 'ز'],
  [/ط/g, 'ت'],
  [/ح/g, 'ه'],
  [/غ/g, 'ق'],
  [/پ/g, 'ب'],
  [/چ/g, 'ج'],
  [/گ/g, 'ک'],
  [/ژ/g, 'ز'],
  [/[عءئؤ]/g, ''],
  [/وو/g, 'و'],
  [/ه(?= |$)/g, ''],
];

/** A name as it sounds, without spaces. */
export function soundKey(name: string): string {
  const spelt = searchKey(name);
  return [...LATIN, ...ARABIC].reduce((key, [pattern, letter]) => key.replace(pattern, letter), spelt).replaceAll(' ', '');
}

/**
 * Its consonants: what is left where vowels are written by habit (Marivan, Merivan; Gilan-e, Gilan), some of which
 * languages exchange: a Turkish or Kurdish c is a j elsewhere, and q and kh are both heard for the end of Bashmaq.
 */
export function consonantKey(name: string): string {
  const sound = soundKey(name);
  return sound.slice(0, 1).replace(/[aiueاوی]/, 'a') + sound.slice(1).replace(/[aiuhاویه]/g, '').replaceAll('c', 'j').replaceAll('x', 'k').replace(/(.)\1+/g, '$1');
}
