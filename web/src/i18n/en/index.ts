// The interface in English. Keys are stable; every other language has the same ones.
//
// A message with a count has a key for each plural form of its language: English `.one` and `.other`, Arabic
// four more (ar/). What stands in braces is put in by t(), numbers in the language's own digits.

import { answers } from './answers';
import { border } from './border';
import { data } from './data';
import { page } from './page';
import { problems } from './problems';
import { questions } from './questions';
import { take } from './take';

export const en = {
  ...page,
  ...questions,
  ...answers,
  ...data,
  ...border,
  ...take,
  ...problems,
} as const;
