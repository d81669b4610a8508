import { describe, expect, it } from 'vitest';
import type { StatusFact } from '../src/api/types';
import { inTime, whenOf } from '../src/text/statements';

const statement = (date: string | null): StatusFact => ({ text: 'open', date, source: null });

describe('statements about a crossing', () => {
  it('are told in time, the newest first, and what has no date last', () => {
    const dates = ['2020-04', null, '2022-09-22', 'not seen', '2018-06 (Eid al-Fitr item)', '2025-08-08/09', '2026-07-20'];
    expect(inTime(dates.map(statement)).map(({ date }) => date)).toEqual(['2026-07-20', '2025-08-08/09', '2022-09-22', '2020-04', '2018-06 (Eid al-Fitr item)', null, 'not seen']);
  });

  it('have their date in the reader’s way, with the words about it apart', () => {
    expect(whenOf('2022-09-22')).toEqual({ said: expect.stringContaining('2022') as string, words: null });
    expect(whenOf('2018-06 (Eid al-Fitr item)')).toEqual({ said: expect.stringMatching(/June 2018/) as string, words: '(Eid al-Fitr item)' });
    expect(whenOf('2020-04').said).not.toContain('04');
    expect(whenOf('2015').said).toBe('2015');
    expect(whenOf('not seen')).toEqual({ said: null, words: 'not seen' });
    expect(whenOf('2025-08-08/09')).toEqual({ said: null, words: '2025-08-08/09' });
  });
});
