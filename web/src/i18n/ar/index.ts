// The interface in Arabic.

import type { FurtherForms, Messages } from '..';
import { answers } from './answers';
import { border } from './border';
import { data } from './data';
import { page } from './page';
import { problems } from './problems';
import { questions } from './questions';
import { take } from './take';

export const ar: Messages & FurtherForms<'zero' | 'two' | 'few' | 'many'> = {
  ...page,
  ...questions,
  ...answers,
  ...data,
  ...border,
  ...take,
  ...problems,
};
