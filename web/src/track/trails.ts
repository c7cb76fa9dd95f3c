// The last positions of every track: a ring of points per row.

export const TRAIL_POINTS = 16;
const SAMPLE_INTERVAL_MS = 6000;

export class Trails {
  #x = new Float32Array(256 * TRAIL_POINTS);
  #y = new Float32Array(256 * TRAIL_POINTS);
  #count = new Uint32Array(256);
  #sampledMs = new Float64Array(256);

  /** Keeps a position when the last one kept is old enough. */
  add(row: number, x: number, y: number, timeMs: number): void {
    if (this.#count[row] && timeMs - this.#sampledMs[row]! < SAMPLE_INTERVAL_MS) return;
    const place = row * TRAIL_POINTS + (this.#count[row]! % TRAIL_POINTS);
    this.#x[place] = x;
    this.#y[place] = y;
    this.#count[row]!++;
    this.#sampledMs[row] = timeMs;
  }

  /** Calls back with each kept position of a row, newest first. */
  each(row: number, visit: (x: number, y: number, age: number) => void): void {
    const total = this.#count[row]!;
    for (let age = 0; age < Math.min(total, TRAIL_POINTS); age++) {
      const place = row * TRAIL_POINTS + ((total - 1 - age) % TRAIL_POINTS);
      visit(this.#x[place]!, this.#y[place]!, age);
    }
  }

  /** Puts positions, oldest first, before those that are kept of a row. */
  putBefore(row: number, places: readonly (readonly [number, number])[]): void {
    const kept: [number, number][] = [];
    this.each(row, (x, y) => kept.unshift([x, y]));
    this.#count[row] = 0;
    for (const [x, y] of [...places, ...kept]) {
      const place = row * TRAIL_POINTS + (this.#count[row]! % TRAIL_POINTS);
      this.#x[place] = x;
      this.#y[place] = y;
      this.#count[row]!++;
    }
  }

  /** Forgets every trail: what comes next is of another time. */
  forget(): void {
    this.#count.fill(0);
  }

  clear(row: number): void {
    this.#count[row] = 0;
  }

  move(from: number, to: number): void {
    const start = from * TRAIL_POINTS;
    this.#x.copyWithin(to * TRAIL_POINTS, start, start + TRAIL_POINTS);
    this.#y.copyWithin(to * TRAIL_POINTS, start, start + TRAIL_POINTS);
    this.#count[to] = this.#count[from]!;
    this.#sampledMs[to] = this.#sampledMs[from]!;
  }

  grow(rows: number): void {
    const x = new Float32Array(rows * TRAIL_POINTS);
    const y = new Float32Array(rows * TRAIL_POINTS);
    const count = new Uint32Array(rows);
    const sampledMs = new Float64Array(rows);
    x.set(this.#x);
    y.set(this.#y);
    count.set(this.#count);
    sampledMs.set(this.#sampledMs);
    [this.#x, this.#y, this.#count, this.#sampledMs] = [x, y, count, sampledMs];
  }
}
