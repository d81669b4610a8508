// A name is found however a keyboard writes it.

import { expect, it } from 'vitest';
import { searchKey } from '../src/text/names';

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
