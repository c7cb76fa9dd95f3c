// What moves the view: MapLibre with the basemap, or a plain camera where the display offers no WebGL.
import type { View } from "./projection.ts";

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly zoom: number;
}

export interface Camera {
  view(): View;
  place(): Place;
  /** Moves so that a position is in the middle; zooms in when it was far out. */
  goTo(latitude: number, longitude: number): void;
  /** Moves so that a position is in the middle, as close as before. */
  centre(latitude: number, longitude: number): void;
  zoomBy(step: number): void;
  setLanguage(language: string): void;
  /** Takes the colours of now. */
  recolour(): void;
  remove(): void;
}

/** The element the layers are stacked in, and what to call when the view or its size changes. */
export interface CameraHost {
  readonly element: HTMLElement;
  /** How much larger than at a desk names are written. */
  readonly magnification: number;
  onMove(): void;
  /** A person moved the map by hand. */
  onPan(): void;
}

export const LEAST_ZOOM = 3;
export const MOST_ZOOM = 14;
export const CLOSE_ZOOM = 8.5;

/** Size of an element in CSS pixels, kept: to ask for it anew makes the browser lay out the page. */
export class KeptSize {
  width: number;
  height: number;
  readonly #watching: ResizeObserver;

  constructor(element: HTMLElement, onChange: () => void) {
    this.width = element.clientWidth;
    this.height = element.clientHeight;
    this.#watching = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = element;
      if (clientWidth === this.width && clientHeight === this.height) return; // it tells of the size at the start too
      [this.width, this.height] = [clientWidth, clientHeight];
      onChange();
    });
    this.#watching.observe(element);
  }

  remove(): void {
    this.#watching.disconnect();
  }
}
