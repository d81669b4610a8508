import { describe, expect, it } from 'vitest';
import { ASKED_MAX, Patience, WAIT_S_MAX, patiently } from '../src/api/patience';

/** Asks a server that answers so, one after the other; how often it was asked, the waits, the last status. */
async function asked(...answers: { status: number; retryAfter?: string }[]): Promise<{ times: number; waits: number[]; status: number }> {
  let times = 0;
  const waits: number[] = [];
  const ask = (): Promise<Response> => {
    const { status, retryAfter } = answers[Math.min(times, answers.length - 1)] ?? answers[0] ?? { status: 0 };
    times += 1;
    return Promise.resolve(new Response(null, { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } }));
  };
  const { status } = await patiently(ask, undefined, (ms) => { waits.push(ms); return Promise.resolve(); });
  return { times, waits, status };
}

describe('a server that has too much to do', () => {
  it('is asked again when it says', async () => {
    expect(await asked({ status: 503, retryAfter: '2' }, { status: 429, retryAfter: '1' }, { status: 200 }))
      .toEqual({ times: 3, waits: [2000, 1000], status: 200 });
  });

  it('is not asked for ever', async () => {
    expect(await asked({ status: 503, retryAfter: '1' })).toMatchObject({ times: ASKED_MAX, status: 503 });
  });

  it('is not asked again where it does not say when, or only after long', async () => {
    for (const retryAfter of [undefined, 'Mon, 30 Nov 2026 04:00:00 GMT', '-1', String(WAIT_S_MAX + 1)]) {
      expect(await asked({ status: 503, ...(retryAfter !== undefined && { retryAfter }) })).toMatchObject({ times: 1, status: 503 });
    }
  });

  it('is not asked again for what it refuses', async () => {
    expect(await asked({ status: 400, retryAfter: '1' })).toMatchObject({ times: 1, status: 400 });
  });

  it('is no longer waited for when the question is no longer wanted', async () => {
    const controller = new AbortController();
    const answer = patiently(() => Promise.resolve(new Response(null, { status: 503, headers: { 'retry-after': '9' } })), controller.signal);
    controller.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is told of at once, and waited for no longer when the reader has enough', async () => {
    const patience = new Patience();
    const told: boolean[] = [];
    patience.subscribe(() => { told.push(patience.waiting); });
    let times = 0;
    const busy = (): Promise<Response> => {
      times += 1;
      return Promise.resolve(new Response(null, { status: 503, headers: { 'retry-after': '9' } }));
    };
    const answer = patiently(busy, undefined, () => new Promise(() => undefined), patience);
    await new Promise((resolve) => setTimeout(resolve));
    expect(told).toEqual([true]);
    patience.stop();
    expect((await answer).status).toBe(503);
    expect(times).toBe(1);
    expect(told).toEqual([true, false]);
  });
});
