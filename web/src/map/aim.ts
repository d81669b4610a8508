// What the map keeps showing when it gets another size: the strip opened, an answer came below it, the telephone was turned.

import type { Camera, LngLat } from '../state/view';
import { keptAt, lookAt, type Cover, type Pixel, type Size, type Sought } from './room';
import { MAX_ZOOM } from './style';

export type Aim =
  /** Shown whole between what lies over the map, as near as that goes. */
  | { readonly kind: 'whole'; readonly sought: Sought; readonly maxZoom: number }
  /** A reader's own look: all that was in view, under whatever lies over the map. */
  | { readonly kind: 'view'; readonly corners: readonly LngLat[] }
  /** In the map's middle. */
  | { readonly kind: 'middle'; readonly camera: Camera }
  /** What was pointed at stays under the finger, or comes as far into view as it must. */
  | { readonly kind: 'pointed'; readonly at: LngLat; readonly pixel: Pixel; readonly zoom: number };

/** Where the map looks to hold its aim. The covers are asked for where they count: to measure them costs a layout. */
export function cameraOf(aim: Aim, size: Size, covers: () => readonly Cover[], marginPx: number): Camera {
  switch (aim.kind) {
    case 'whole':
      return lookAt(aim.sought, size, covers(), marginPx, aim.maxZoom);
    case 'view':
      return lookAt({ corners: aim.corners }, size, [], 0, MAX_ZOOM);
    case 'middle':
      return aim.camera;
    case 'pointed': {
      const { x, y } = aim.pixel;
      return keptAt(aim.at, { x: Math.min(x, size.width - marginPx), y: Math.min(y, size.height - marginPx) }, size, aim.zoom);
    }
  }
}
