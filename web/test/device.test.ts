// Settings stay on the device; an address that says one goes before it.

import { describe, expect, it } from 'vitest';
import { Device } from '../src/settings/device';
import { INITIAL_VIEW } from '../src/state/view';

/** A storage with something in it already. */
function storage(stored: string | null = null): { getItem(): string | null; setItem(key: string, value: string): void } {
  let kept = stored;
  return { getItem: () => kept, setItem: (_, value) => { kept = value; } };
}

const NOTHING = { language: null, calendar: null, theme: null, labels: null };

describe('the device', () => {
  it('remembers each setting', () => {
    const kept = storage();
    expect(new Device(kept).keep({ language: 'fa', theme: 'dark' })).toBe(true);
    expect(new Device(kept).keep({ labels: 'ckb' })).toBe(true);
    expect(new Device(kept).settings(INITIAL_VIEW)).toEqual({ ...NOTHING, language: 'fa', theme: 'dark', labels: 'ckb' });
  });

  it('remembers how the legend was left, which no address says', () => {
    const kept = storage('{"theme":"dark","legend":"ajar"}');
    expect(new Device(kept).legend).toBeNull();
    new Device(kept).keep({ legend: 'closed' });
    expect(new Device(kept).legend).toBe('closed');
    expect(new Device(kept).settings(INITIAL_VIEW)).toEqual({ ...NOTHING, theme: 'dark' });
  });

  it('gives way to what the address says', () => {
    const device = new Device(storage('{"language":"fa","theme":"dark"}'));
    expect(device.settings({ ...INITIAL_VIEW, language: 'ar' })).toEqual({ ...NOTHING, language: 'ar', theme: 'dark' });
  });

  it.each([null, '', '{', '[]', '7', '"fa"', '{"language":"xx","theme":1}'])('remembers nothing of %j', (stored) => {
    expect(new Device(storage(stored)).settings(INITIAL_VIEW)).toEqual(NOTHING);
  });

  it('says where it cannot remember, and then changes nothing', () => {
    const refuses = { getItem: (): string => { throw new Error('refused'); }, setItem: (): void => { throw new Error('refused'); } };
    for (const device of [new Device(null), new Device(refuses)]) {
      let told = 0;
      device.subscribe(() => { told += 1; });
      expect(device.keep({ theme: 'dark' })).toBe(false);
      expect(device.settings(INITIAL_VIEW)).toEqual(NOTHING);
      expect(told).toBe(0);
    }
  });
});
