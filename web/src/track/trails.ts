// Where the tracks were: places of all of them at the same instants, a few seconds apart, the newest first.
import { rowIn } from "./tracks.ts";

export const TRAIL_POINTS = 16;
const SAMPLE_INTERVAL_MS = 6000;

/** Where tracks were at one instant, by rising number, in world units. */
export interface Places {
  readonly id: Uint32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
}

export class Trails {
  #places: Places[] = [];
  #sampledMs = 0;

  /** Keeps the places of an instant when the last ones kept are old enough. */
  add({ id, x, y }: Places, timeMs: number): void {
    if (id.length === 0 || (this.#places.length && timeMs - this.#sampledMs < SAMPLE_INTERVAL_MS)) return;
    this.#places.unshift({ id: id.slice(), x: x.slice(), y: y.slice() });
    this.#places.length = Math.min(this.#places.length, TRAIL_POINTS);
    this.#sampledMs = timeMs;
  }

  /** Calls back with each kept position of a track, newest first. */
  each(id: number, visit: (x: number, y: number, age: number) => void): void {
    let hint = 0;
    this.#places.forEach((places, age) => {
      // mostly the same tracks in the same rows as six seconds before
      const row = places.id[hint] === id ? hint : rowIn(places.id, id);
      if (row === undefined) return;
      hint = row;
      visit(places.x[row]!, places.y[row]!, age);
    });
  }

  /** Puts instants, oldest first, before those that are kept. */
  putBefore(steps: readonly Places[]): void {
    this.#places = [...this.#places, ...[...steps].reverse()].slice(0, TRAIL_POINTS);
  }

  /** Forgets every trail: what comes next is of another time. */
  forget(): void {
    this.#places = [];
  }
}
