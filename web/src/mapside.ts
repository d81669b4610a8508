// Everything that needs the map's library: the map, what it shows of the answers, the tools that draw on it. It is most of
// the page's code and is fetched when the first answer is in, so that the list never waits for it.

import type { Answers } from './answers';
import { areaToBegin, drawArea } from './draw/areas';
import type { BorderLine } from './draw/borderline';
import { Tools, type ToolEvents } from './draw/tools';
import { t } from './i18n';
import { collection } from './map/labels';
import { MapView, type MapEvents } from './map/mapview';
import type { Theme } from './map/palette';
import { PROVINCES_ZOOM } from './map/style-ground';
import { OnMap } from './onmap';
import type { Hover } from './state/hover';
import type { Camera, View } from './state/view';
import type { Steps } from './steps';

export interface MapSideEvents extends MapEvents {
  /** The map is near enough for the outlines of provinces. */
  provinces(): void;
  /** An area was begun with the keyboard; its numbers are to be typed. */
  begun: ToolEvents['begin'];
  /** An area was drawn. */
  drawn(): void;
}

export class MapSide {
  readonly view: MapView;
  readonly #onMap: OnMap;
  /** None in an embedded map, which is for reading. */
  readonly #tools: Tools | null;
  readonly #border: () => BorderLine | null;
  readonly #events: MapSideEvents;

  /** Throws where the browser cannot draw a map. */
  constructor(
    container: HTMLElement,
    theme: Theme,
    camera: Camera | null,
    { steps, hover, border, embed, events }: { steps: Steps; hover: Hover; border: () => BorderLine | null; embed: boolean; events: MapSideEvents },
  ) {
    this.#events = events;
    this.#border = border;
    this.view = new MapView(container, theme, camera, {
      ...events,
      camera: (moved) => {
        events.camera(moved);
        this.#near(moved);
      },
      ask: (at) => {
        if (this.#tools?.active) this.#tools.press(at);
        else events.ask(at);
      },
    });
    this.#onMap = new OnMap(this.view, steps, hover, !embed);
    if (embed) this.view.map.getCanvas().setAttribute('aria-label', t('map.label.embed'));
    this.#tools = embed ? null : new Tools(this.view, border, {
      drawn: (area) => {
        steps.setArea(area);
        events.drawn();
      },
      area: (area) => { steps.setArea(area); },
      begin: (kind) => {
        steps.setArea(areaToBegin(kind, this.view.bounds(), border()));
        events.begun(kind);
      },
    });
    this.view.begin(camera);
    this.#near(this.view.camera());
  }

  show(view: View, answers: Answers): void {
    this.#onMap.show(view, answers);
    if (this.#tools) this.#tools.show(view);
    else this.view.fill('area', collection(view.filter.area ? drawArea(view.filter.area, this.#border()) : []));
  }

  /** The ring while it is slid or typed, before it is asked for. */
  previewRadius(view: View, radiusM: number): void {
    this.#onMap.previewRadius(view, radiusM);
  }

  #near({ zoom }: Camera): void {
    if (zoom >= PROVINCES_ZOOM) this.#events.provinces();
  }
}
