// What the running page says of itself, for tests and for `window.__m` in the browser's console.

export interface Measures {
  /** The picture is drawn: the map is loaded and the first frame has come. */
  ready: boolean;
  errors: string[];
  /** Track frames applied. */
  frames: number;
  /** Size of those frames as they came, bytes. */
  bytes: number;
  /** Tracks known now. */
  tracks: number;
  /** Symbols in the last drawing. */
  drawn: number;
  /** Alarms sounded. */
  sounds: number;
  /** Server's send time to the end of drawing, ms, newest last; means something on the server's machine only. */
  latency: number[];
  renderer: "webgl2" | "canvas" | "none";
  /** Whether the basemap has drawn all tiles it needs. */
  map: boolean;
}

const LATENCIES_KEPT = 600;

export const measures: Measures = {
  ready: false,
  errors: [],
  frames: 0,
  bytes: 0,
  tracks: 0,
  drawn: 0,
  sounds: 0,
  latency: [],
  renderer: "none",
  map: false,
};

declare global {
  interface Window {
    __m: Measures;
  }
}

export function startMeasuring(): void {
  window.__m = measures;
  window.addEventListener("error", (event) => measures.errors.push(event.message));
  window.addEventListener("unhandledrejection", (event) => measures.errors.push(String(event.reason)));
}

export function noteLatency(milliseconds: number): void {
  measures.latency.push(milliseconds);
  if (measures.latency.length > LATENCIES_KEPT) measures.latency.shift();
}
