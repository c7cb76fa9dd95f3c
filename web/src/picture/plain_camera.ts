// A camera without a basemap, for displays without WebGL: drag, wheel and keys move it.
import { CLOSE_ZOOM, KeptSize, LEAST_ZOOM, MOST_ZOOM, type Camera, type CameraHost, type Place } from "./camera.ts";
import { makeView, mercatorX, mercatorY, type View } from "./projection.ts";

const PIXELS_PER_ZOOM = 300;

export class PlainCamera implements Camera {
  #place: Place;
  readonly #host: CameraHost;
  readonly #stopped = new AbortController();
  readonly #size: KeptSize;

  constructor(host: CameraHost, place: Place) {
    this.#host = host;
    this.#place = place;
    const { element } = host;
    const options = { signal: this.#stopped.signal };
    this.#size = new KeptSize(element, () => host.onMove());
    element.addEventListener("pointermove", (event) => this.#drag(event), options);
    element.addEventListener("wheel", (event) => this.#wheel(event), { ...options, passive: false });
  }

  view(): View {
    const { latitude, longitude, zoom } = this.#place;
    return makeView({ lng: longitude, lat: latitude }, zoom, this.#size.width, this.#size.height);
  }

  place(): Place {
    return this.#place;
  }

  goTo(latitude: number, longitude: number): void {
    this.#move({ latitude, longitude, zoom: Math.max(this.#place.zoom, CLOSE_ZOOM) });
  }

  centre(latitude: number, longitude: number): void {
    this.#move({ ...this.#place, latitude, longitude });
  }

  zoomBy(step: number): void {
    this.#move({ ...this.#place, zoom: this.#place.zoom + step });
  }

  setLanguage(): void {
    // nothing on this map is written in a language
  }

  recolour(): void {
    // the grid is drawn with the ground
  }

  remove(): void {
    this.#stopped.abort();
    this.#size.remove();
  }

  #drag(event: PointerEvent): void {
    if ((event.buttons & 1) === 0) return;
    if (event.movementX || event.movementY) this.#host.onPan();
    const { scale } = this.view();
    const x = mercatorX(this.#place.longitude) - event.movementX / scale;
    const y = mercatorY(this.#place.latitude) - event.movementY / scale;
    const latitude = (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
    this.#move({ ...this.#place, longitude: (x - 0.5) * 360, latitude });
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    this.zoomBy(-event.deltaY / PIXELS_PER_ZOOM);
  }

  #move(place: Place): void {
    this.#place = { ...place, zoom: Math.min(Math.max(place.zoom, LEAST_ZOOM), MOST_ZOOM) };
    this.#host.onMove();
  }
}
