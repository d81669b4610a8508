// The shipped layers, as tests of names read them.

import type { Feature } from 'geojson';

const FILES = import.meta.glob<string>('../../data/*.geojson', { query: '?raw', import: 'default', eager: true });

export function shipped<F extends Feature = Feature>(layer: string): F[] {
  return (JSON.parse(FILES[`../../data/${layer}.geojson`] ?? '') as { features: F[] }).features;
}
