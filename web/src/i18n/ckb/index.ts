// The interface in Sorani, Central Kurdish, in its own orthography.

import type { Messages } from '..';
import { answers } from './answers';
import { border } from './border';
import { data } from './data';
import { page } from './page';
import { problems } from './problems';
import { questions } from './questions';
import { take } from './take';

export const ckb: Messages = {
  ...page,
  ...questions,
  ...answers,
  ...data,
  ...border,
  ...take,
  ...problems,
};
