// The drawing tools take positions one after the other, and end where they are told to.

import { describe, expect, it } from 'vitest';
import { MeasureTool } from '../src/draw/measure';
import { BoxTool, PolygonTool } from '../src/draw/sketches';
import type { Area, LngLat } from '../src/state/view';

const at = (lng: number, lat: number): LngLat => ({ lng, lat });
const near = (a: LngLat, b: LngLat): boolean => a.lng === b.lng && a.lat === b.lat;

/** The areas that a tool has drawn so far. */
function drawing<T>(make: (drawn: (area: Area) => void) => T): { tool: T; areas: Area[] } {
  const areas: Area[] = [];
  return { tool: make((area) => { areas.push(area); }), areas };
}

describe('drawing', () => {
  it('ends a polygon with a second click on its last corner, which is not doubled', () => {
    const { tool, areas } = drawing((drawn) => new PolygonTool(drawn, near));
    for (const corner of [at(45, 35), at(46, 35), at(46, 36), at(46, 36)]) tool.press(corner);
    expect(areas).toEqual([{ kind: 'polygon', corners: [at(45, 35), at(46, 35), at(46, 36)] }]);
  });

  it('ends no polygon of two corners', () => {
    const { tool, areas } = drawing((drawn) => new PolygonTool(drawn, near));
    for (const corner of [at(45, 35), at(46, 35), at(46, 35)]) tool.press(corner);
    expect(tool.finish()).toBe(false);
    tool.press(at(46, 36));
    expect(tool.finish()).toBe(true);
    expect(areas).toEqual([{ kind: 'polygon', corners: [at(45, 35), at(46, 35), at(46, 36)] }]);
  });

  it('ends a box where the pointer is', () => {
    const { tool, areas } = drawing((drawn) => new BoxTool(drawn));
    expect(tool.finish()).toBe(false);
    tool.press(at(45, 35));
    expect(tool.finish()).toBe(false);
    tool.hover(at(46, 36));
    expect(tool.finish()).toBe(true);
    expect(areas).toEqual([{ kind: 'box', west: 45, south: 35, east: 46, north: 36 }]);
  });
});

describe('measuring', () => {
  const roles = (tool: MeasureTool): unknown[] => tool.sketch().map(({ properties }) => properties?.['role'] as unknown);

  it('ends with a second click on the last point, which is not doubled', () => {
    const tool = new MeasureTool(near);
    for (const point of [at(45, 35), at(46, 35)]) tool.press(point);
    tool.hover(at(47, 35));
    expect(roles(tool)).toContain('ghost');
    tool.press(at(46, 35));
    expect(roles(tool)).not.toContain('ghost');
    expect(roles(tool).filter((role) => role === 'corner')).toHaveLength(2);
    // What was measured stays, whatever is clicked, until another measuring is asked for.
    tool.press(at(44, 34));
    expect(roles(tool).filter((role) => role === 'corner')).toHaveLength(2);
  });

  it('goes on after Undo', () => {
    const tool = new MeasureTool(near);
    for (const point of [at(45, 35), at(46, 35), at(46, 36)]) tool.press(point);
    tool.finish();
    expect(tool.undo()).toBe(true);
    tool.press(at(45, 36));
    expect(roles(tool).filter((role) => role === 'corner')).toHaveLength(4);
  });
});
