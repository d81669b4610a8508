// A name is found however a keyboard writes it.

import { expect, it } from 'vitest';
import { useLanguage } from '../src/i18n';
import { labelLines, localName, searchKey } from '../src/text/names';

it.each([
  ['سلێمانی', 'سليماني'],
  ['هەڵەبجە', 'هه‌له‌بجه'],
  ['پێنجوێن', 'پینجوین'],
  ['ڕانیە', 'رانيه'],
  ['قەڵادزێ', 'قەلادزی'],
  ['کۆیە', 'كويه'],
  ['البصرة', 'البصره'],
  ['Dīvāndarreh', 'divandarreh'],
  ['Khorramshahr / Shalamcheh', 'khorramshahr  shalamcheh'],
])('%s is found as %s', (name, typed) => {
  expect(searchKey(typed)).toBe(searchKey(name));
});

const VAN = { name: 'Van', name_ar: 'وان', name_ckb: 'وان' };
const BASRA = { name: 'Basra', name_ar: 'البصرة' };

it('a place has its name in Arabic script beside it only where its signs do', () => {
  expect(localName(VAN, 'TR', null)).toBeNull();
  expect(labelLines(VAN, 'local', 'TR')).toEqual(['Van']);
  expect(labelLines(BASRA, 'local', 'IQ')).toEqual(['Basra', 'البصرة']);
});

it('who reads Arabic script is shown the local name where their own language has none', async () => {
  await useLanguage('ckb');
  expect(labelLines(BASRA, 'local', 'IQ')).toEqual(['البصرة']);
  expect(labelLines({ ...BASRA, name_ckb: 'بەسرە' }, 'local', 'IQ')).toEqual(['بەسرە', 'البصرة']);
  await useLanguage('en');
});

it('who asks for one language in Arabic script is given another in it before a name in Latin script', () => {
  expect(labelLines(VAN, 'fa', 'TR')).toEqual(['وان']);
  expect(labelLines(BASRA, 'ckb', 'IQ')).toEqual(['البصرة']);
});
