// The tools on the map: a column of buttons, the tool at work with its hint, and the area that is asked about with its handles.

import type { IControl } from 'maplibre-gl';
import { t } from '../i18n';
import type { MapView } from '../map/mapview';
import { collection } from '../map/labels';
import { h, replace } from '../panels/dom';
import { roundPosition, sameArea, type Area, type LngLat, type View } from '../state/view';
import { drawArea, handlesOf } from './areas';
import type { BorderLine } from './borderline';
import { Gestures } from './gestures';
import { Handles } from './handles';
import { toolIcon } from './icons';
import { MeasureTool } from './measure';
import { BoxTool, CorridorTool, PolygonTool } from './sketches';
import type { Tool } from './tool';

const NAMES = ['box', 'polygon', 'corridor', 'measure'] as const;
type ToolName = (typeof NAMES)[number];
/** Two clicks so near to each other on the screen mean the same position. */
const SAME_PX = 12;

export interface ToolEvents {
  /** An area was drawn; keys are heard by the map, which asks about its middle, until something else has the focus. */
  drawn(area: Area): void;
  /** Handles of an area were dragged. */
  area(area: Area): void;
  /** A tool was chosen with the keyboard: an area to begin with, whose numbers are typed. */
  begin(kind: Area['kind']): void;
}

export class Tools implements IControl {
  readonly #map: MapView;
  readonly #events: ToolEvents;
  readonly #border: () => BorderLine | null;
  readonly #buttons = new Map<ToolName, HTMLButtonElement>();
  readonly #column: HTMLElement;
  readonly #hint = h('span', { role: 'status' });
  readonly #bar: HTMLElement;
  /** What of the bar is there while something is drawn, and what once it is done. */
  readonly #acts: Readonly<Record<'during' | 'after', readonly HTMLElement[]>> = {
    during: [h('span', { class: 'tool-keys quiet' }, t('draw.keys')), act('draw.done', () => { this.#finish(); }), act('draw.cancel', () => { this.end(); })],
    after: [act('measure.again', () => { if (this.#name) this.#start(this.#name); }), act('measure.clear', () => { this.end(); })],
  };

  readonly #handles: Handles;
  readonly #gestures: Gestures;
  #name: ToolName | null = null;
  #tool: Tool | null = null;
  #area: Area | null = null;
  #drawnOn: BorderLine | null = null;

  constructor(map: MapView, border: () => BorderLine | null, events: ToolEvents) {
    this.#map = map;
    this.#border = border;
    this.#events = events;
    this.#handles = new Handles(map.map, {
      preview: (area) => { this.#fill(area); },
      change: (area) => { events.area(area); },
    });
    this.#gestures = new Gestures(map, {
      press: (at) => { this.press(at); },
      hover: (at) => { this.#do((tool) => { tool.hover(at); }); },
      undo: () => { this.#do((tool) => { tool.undo(); }); },
      finish: () => { this.#do((tool) => { tool.finish(); }); },
      end: () => { this.end(); },
    });
    this.#column = this.#buildColumn();
    this.#bar = this.#buildBar();
    map.map.addControl(this, 'top-right');
    map.map.getContainer().append(this.#bar);
  }

  onAdd(): HTMLElement {
    return this.#column;
  }

  onRemove(): void {
    this.#column.remove();
  }

  get active(): boolean {
    return this.#tool !== null;
  }

  /** A position for the tool at work: clicked, or the map's middle with the keyboard. */
  press(at: LngLat): void {
    this.#do((tool) => { tool.press(roundPosition(at)); });
  }

  show({ filter: { area } }: View): void {
    const border = this.#border();
    if (sameArea(area, this.#area) && border === this.#drawnOn) return;
    [this.#area, this.#drawnOn] = [area, border];
    this.#fill(area);
    this.#handles.show(area && !this.#tool ? handlesOf(area, border) : []);
  }

  end(): void {
    // Whoever drew by the keyboard is back where it began.
    if (this.#name && document.activeElement === this.#map.map.getCanvas()) this.#buttons.get(this.#name)?.focus({ preventScroll: true });
    this.#stop();
  }

  #stop(): void {
    this.#name = this.#tool = null;
    this.#gestures.stop();
    this.#handles.show(this.#area ? handlesOf(this.#area, this.#border()) : []);
    this.#fill(this.#area);
    this.#draw();
  }

  #start(name: ToolName): void {
    const drawn = (area: Area): void => {
      this.#stop();
      this.#events.drawn(area);
    };
    const near = (a: LngLat, b: LngLat): boolean => this.#pixels(a, b) <= SAME_PX;
    const tools: Record<ToolName, () => Tool> = {
      box: () => new BoxTool(drawn),
      polygon: () => new PolygonTool(drawn, near),
      corridor: () => new CorridorTool(drawn, this.#border),
      measure: () => new MeasureTool(near),
    };
    this.#name = name;
    this.#tool = tools[name]();
    this.#handles.show([]);
    // A new area takes the place of the old one, which only would be in its way.
    if (name !== 'measure') this.#fill(null);
    this.#gestures.start(this.#tool.drags);
    this.#draw();
    // There the keys of the drawing are heard; on the button they would press it again.
    this.#map.map.getCanvas().focus({ preventScroll: true });
  }

  #pixels(a: LngLat, b: LngLat): number {
    const [p, q] = [this.#map.map.project(a), this.#map.map.project(b)];
    return Math.hypot(p.x - q.x, p.y - q.y);
  }

  #do(act: (tool: Tool) => void): void {
    if (this.#tool) act(this.#tool);
    this.#draw();
  }

  /** By its button, which goes: what comes in its place has the focus. */
  #finish(): void {
    this.#do((tool) => { tool.finish(); });
    if (this.#tool?.done) this.#acts.after[0]?.focus();
  }

  #draw(): void {
    this.#map.fill('sketch', collection(this.#tool?.sketch() ?? []));
    for (const [name, button] of this.#buttons) button.setAttribute('aria-pressed', String(name === this.#name));
    this.#bar.hidden = this.#tool === null;
    const done = this.#tool?.done ?? false;
    for (const part of this.#acts.during) part.hidden = done;
    for (const part of this.#acts.after) part.hidden = !done;
    const hint = this.#tool?.hint ?? '';
    if (this.#hint.textContent !== hint) this.#hint.textContent = hint;
  }

  #fill(area: Area | null): void {
    this.#map.fill('area', collection(area ? drawArea(area, this.#border()) : []));
  }

  #buildColumn(): HTMLElement {
    const whole = h('button', { type: 'button', class: 'tool', 'aria-label': t('map.whole'), title: t('map.whole'), onclick: () => { this.#map.showBorder(); } }, toolIcon('whole'));
    for (const name of NAMES) {
      const press = (event: Event): void => {
        if (this.#name === name) this.end();
        // `detail` counts clicks: with the keyboard there are none, and nothing to drag with.
        else if (name !== 'measure' && (event as MouseEvent).detail === 0) this.#events.begin(name);
        else this.#start(name);
      };
      this.#buttons.set(name, h('button', { type: 'button', class: 'tool', 'data-tool': name, 'aria-label': t(`tools.${name}`), title: t(`tools.${name}`), 'aria-pressed': 'false', onclick: press }, toolIcon(name)));
    }
    return h('div', { class: 'maplibregl-ctrl maplibregl-ctrl-group tools', role: 'group', 'aria-label': t('tools.label') }, whole, ...this.#buttons.values());
  }

  #buildBar(): HTMLElement {
    const bar = h('div', { class: 'tool-bar', hidden: true });
    replace(
      bar,
      this.#hint,
      act('draw.undo', () => { this.#do((tool) => { tool.undo(); }); }),
      ...this.#acts.during,
      ...this.#acts.after,
    );
    return bar;
  }
}

function act(key: 'draw.undo' | 'draw.done' | 'draw.cancel' | 'measure.again' | 'measure.clear', onclick: () => void): HTMLElement {
  return h('button', { type: 'button', 'data-act': key.slice(key.indexOf('.') + 1), onclick }, t(key));
}
