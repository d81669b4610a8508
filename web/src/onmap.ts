// What the map shows of the View and the answers: the reports, the point asked about, what is chosen or pointed at.

import type { Answers } from './answers';
import { wholeMax, type Rows } from './api/rows';
import type { Crossing, Incident } from './api/types';
import { AskMarks } from './map/askmarks';
import { crossingIcon } from './map/crossings';
import type { MapView } from './map/mapview';
import type { Hover, Hovered } from './state/hover';
import type { View } from './state/view';
import type { Steps } from './steps';

export class OnMap {
  readonly #map: MapView;
  readonly #marks: AskMarks;
  #reports: Rows | null = null;
  #chosen: Incident | Crossing | null = null;
  #hovered: Incident | null = null;

  /** `changeable`: whether point and radius can be dragged. */
  constructor(map: MapView, steps: Steps, hover: Hover, changeable: boolean) {
    this.#map = map;
    this.#marks = new AskMarks(map, changeable, {
      point: (at) => {
        map.letGo();
        steps.ask(at, false);
      },
      radius: (radiusM) => {
        map.letGo();
        steps.setRadius(radiusM);
      },
    });
    hover.subscribe((hovered) => { this.#hover(hovered); });
  }

  show(view: View, answers: Answers): void {
    this.#marks.show(view.point, view.radiusM, answers.located);
    // The reports stay as they are until the answer to the newer question is in, and all of it: a part would be counted as all.
    if (answers.all && answers.all !== this.#reports && drawable(answers.all)) {
      this.#draw(answers.all, view);
      this.#reports = answers.all;
    }
    // Where there will be no answer, none are drawn.
    if (this.#reports && answers.standing('all') === 'refused') {
      this.#map.fillIncidents([]);
      this.#reports = null;
    }
    this.#chosen = answers.incident ?? answers.crossing;
    this.#mark();
  }

  /** The ring while it is slid or typed, before it is asked for. */
  previewRadius(view: View, radiusM: number): void {
    this.#map.letGo();
    this.#marks.show(view.point, radiusM, null);
  }

  /** What is pointed at on the map itself is under the pointer: nothing needs to say where. */
  #hover({ incident, from }: Hovered): void {
    this.#hovered = from === 'map' ? null : (this.#reports?.loaded.find(({ id }) => id === incident) ?? null);
    this.#mark();
  }

  #draw(all: Rows, { filter }: View): void {
    if (all.matched > wholeMax()) this.#map.tileIncidents(filter, all.matched);
    else this.#map.fillIncidents(all.loaded);
  }

  #mark(): void {
    const shown = this.#chosen ?? this.#hovered;
    if (!shown) this.#map.select(null);
    else this.#map.select({ feature: shown, icon: iconOf(shown), uncertaintyM: shown.properties.position_uncertainty_m });
  }
}

/** Whether all of them are at hand, or so many that the server draws them. */
function drawable(rows: Rows): boolean {
  return rows.complete || rows.matched > wholeMax();
}

function iconOf({ properties }: Incident | Crossing): string {
  if ('category' in properties) return `incident:${properties.category}:${properties.status}`;
  return crossingIcon(properties);
}
