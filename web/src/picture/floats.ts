// What is to be drawn as flat arrays that any renderer reads: sprites and line segments.

/** Floats per sprite: x, y (world), atlas cell, size (CSS pixels), opacity. */
export const SPRITE_FLOATS = 5;
/** Floats per segment: x0, y0, x1, y1 (world), red, green, blue, opacity, width (CSS pixels). */
export const SEGMENT_FLOATS = 9;

/** Growing float buffer, reused from drawing to drawing. */
export class Floats {
  values = new Float32Array(4096);
  length = 0;

  /** Makes room for so many more. */
  reserve(more: number): void {
    if (this.length + more <= this.values.length) return;
    const wider = new Float32Array(2 * (this.length + more));
    wider.set(this.values.subarray(0, this.length));
    this.values = wider;
  }

  sprite(x: number, y: number, cell: number, size: number, opacity: number): void {
    this.reserve(SPRITE_FLOATS);
    const { values, length } = this;
    values[length] = x;
    values[length + 1] = y;
    values[length + 2] = cell;
    values[length + 3] = size;
    values[length + 4] = opacity;
    this.length += SPRITE_FLOATS;
  }

  segment(x0: number, y0: number, x1: number, y1: number, colour: readonly number[], opacity: number, width: number): void {
    this.reserve(SEGMENT_FLOATS);
    const { values, length } = this;
    values[length] = x0;
    values[length + 1] = y0;
    values[length + 2] = x1;
    values[length + 3] = y1;
    values[length + 4] = colour[0]!;
    values[length + 5] = colour[1]!;
    values[length + 6] = colour[2]!;
    values[length + 7] = opacity;
    values[length + 8] = width;
    this.length += SEGMENT_FLOATS;
  }
}
