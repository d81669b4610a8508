// Everything that needs the map's library: the map, what it shows of the answers, the tools that draw on it. It is most of
// the page's code and is fetched when the first answer is in, so that the list never waits for it.

import type { Answers } from './answers';
import { areaToBegin } from './draw/areas';
import type { BorderLine } from './draw/borderline';
import { Tools, type ToolEvents } from './draw/tools';
import { MapView, type MapEvents } from './map/mapview';
import type { Theme } from './map/palette';
import { PROVINCES_ZOOM } from './map/style-ground';
import { OnMap } from './onmap';
import type { Hover } from './state/hover';
import type { Camera, View } from './state/view';
import type { Steps } from './steps';

export interface MapSideEvents extends Omit<MapEvents, 'ask'> {
  /** The map is near enough for the outlines of provinces. */
  provinces(): void;
  /** An area was begun with the keyboard; its numbers are to be typed. */
  begun: ToolEvents['begin'];
}

export class MapSide {
  readonly view: MapView;
  readonly #onMap: OnMap;
  readonly #tools: Tools;
  readonly #events: MapSideEvents;

  /** Throws where the browser cannot draw a map. */
  constructor(
    container: HTMLElement,
    theme: Theme,
    camera: Camera | null,
    { steps, hover, border, events }: { steps: Steps; hover: Hover; border: () => BorderLine | null; events: MapSideEvents },
  ) {
    this.#events = events;
    this.view = new MapView(container, theme, camera, {
      ...events,
      camera: (moved) => {
        events.camera(moved);
        this.#near(moved);
      },
      ask: (at) => {
        if (this.#tools.active) this.#tools.press(at);
        else steps.ask(at, false);
      },
    });
    this.#onMap = new OnMap(this.view, steps, hover);
    this.#tools = new Tools(this.view, border, {
      area: (area) => { steps.setArea(area); },
      begin: (kind) => {
        steps.setArea(areaToBegin(kind, this.view.bounds(), border()));
        events.begun(kind);
      },
    });
    this.#near(this.view.camera());
  }

  show(view: View, answers: Answers): void {
    this.#onMap.show(view, answers);
    this.#tools.show(view);
  }

  /** The ring while it is slid or typed, before it is asked for. */
  previewRadius(view: View, radiusM: number): void {
    this.#onMap.previewRadius(view, radiusM);
  }

  #near({ zoom }: Camera): void {
    if (zoom >= PROVINCES_ZOOM) this.#events.provinces();
  }
}
