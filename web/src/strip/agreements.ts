// The two agreements between Iran and Iraq about this border that lie in the time of the data.

import type { MessageKey } from '../i18n';

export interface Agreement {
  /** YYYY-MM-DD, the day of its signature. */
  readonly day: string;
  readonly name: MessageKey;
}

export const AGREEMENTS: readonly Agreement[] = [
  { day: '2023-03-19', name: 'agreement.2023' },
  { day: '2025-08-11', name: 'agreement.2025' },
];
