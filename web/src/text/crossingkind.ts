// What a crossing is and carries, which the data say in English words set apart by commas and semicolons.

import { language, t, type MessageKey } from '../i18n';
import type { Said } from './gazetteer';

const KINDS: Readonly<Record<string, MessageKey & `crossing.kind.${string}`>> = {
  official: 'crossing.kind.official',
  'semi-official': 'crossing.kind.semiofficial',
  'border market': 'crossing.kind.market',
  'official status disputed': 'crossing.kind.disputed',
  trade: 'crossing.kind.trade',
  'market and trade': 'crossing.kind.markettrade',
  passengers: 'crossing.kind.passengers',
  pilgrims: 'crossing.kind.pilgrims',
};

/** The whole of it in the reader's language, or the whole in English where a part has no words. */
export function sayCrossingKind(english: string): Said {
  if (language() === 'en') return { text: english, english: false };
  const keys = english.split(/\s*[;,]\s*/).map((part) => KINDS[part]);
  const known = keys.filter((key) => key !== undefined);
  if (known.length !== keys.length) return { text: english, english: true };
  return { text: known.map((key) => t(key)).join(t('separator')), english: false };
}
