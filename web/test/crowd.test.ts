// Marks put together: each report in one of them at each zoom, with what is in it.

import { describe, expect, it } from 'vitest';
import incidentsText from '../../data/incidents.geojson?raw';
import { CATEGORIES, type Incident } from '../src/api/types';
import { countOf, incidentMark, type MarkFeature } from '../src/map/clusters';
import { Crowd } from '../src/map/crowd';

const REPORTS = (JSON.parse(incidentsText) as { features: Incident[] }).features;
const WORLD = [-180, -85, 180, 85] as const;
const marks = REPORTS.map(incidentMark);
const sum = (of: readonly MarkFeature[], name: string): number => of.reduce((total, { properties }) => total + Number(properties[name] ?? 0), 0);

describe('a crowd of reports', () => {
  const crowd = new Crowd(marks, 36, 14);

  it('counts each report once at each zoom, in all and by category', () => {
    for (let zoom = 0; zoom <= 15; zoom++) {
      const shown = crowd.at(zoom, WORLD);
      expect(sum(shown, 'n')).toBe(REPORTS.length);
      for (const category of CATEGORIES) {
        const apart = shown.filter(({ properties }) => properties.n === 1 && properties.category === category).length;
        expect(sum(shown.filter(({ properties }) => properties.n > 1), countOf(category)) + apart).toBe(REPORTS.filter(({ properties }) => properties.category === category).length);
      }
    }
    expect(crowd.at(0, WORLD).length).toBeLessThan(5);
    expect(crowd.at(13, WORLD).length).toBeGreaterThan(40);
  });

  it('knows the box of what it put together, and keeps single reports as they are', () => {
    const [whole] = crowd.at(0, WORLD);
    const lngs = REPORTS.map(({ geometry }) => geometry.coordinates[0] ?? NaN);
    if (whole?.properties.n === REPORTS.length) expect([whole.properties.west, whole.properties.east]).toEqual([Math.min(...lngs), Math.max(...lngs)]);
    const single = crowd.at(13, WORLD).find(({ properties }) => properties.n === 1);
    expect(marks.map(({ properties }) => properties)).toContainEqual(single?.properties);
  });

  it('adds up what is counted already', () => {
    const counted: MarkFeature = { type: 'Feature', geometry: { type: 'Point', coordinates: [45, 35] }, properties: { n: 40, [countOf('clash')]: 30, [countOf('strike')]: 10, west: 44.9, south: 34.9, east: 45.1, north: 35.1, reach: 0 } };
    const beside = { ...counted, geometry: { type: 'Point' as const, coordinates: [45.01, 35] }, properties: { ...counted.properties, n: 2, [countOf('clash')]: 2, [countOf('strike')]: 0 } };
    const [both, ...more] = new Crowd([counted, beside], 36, 14).at(5, WORLD);
    expect(more).toEqual([]);
    expect(both?.properties).toMatchObject({ n: 42, [countOf('clash')]: 32, [countOf('strike')]: 10, west: 44.9, east: 45.1 });
  });
});
