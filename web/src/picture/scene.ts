// Builds what is to be drawn from the tracks in view: sprites and line segments as flat arrays any renderer reads.
import type { Predicate } from "../track/filter.ts";
import { COASTING, StatusBit, Threat, type Tracks } from "../track/tracks.ts";
import { TRAIL_POINTS } from "../track/trails.ts";
import { dotCell, frameCell, markCell, symbolCell } from "./atlas.ts";
import { screenX, screenY, worldUnitsPerMetre, type View } from "./projection.ts";
import { ink } from "../theme/inks.ts";

/** Floats per sprite: x, y (world), atlas cell, size (CSS pixels), opacity. */
export const SPRITE_FLOATS = 5;
/** Floats per segment: x0, y0, x1, y1 (world), red, green, blue, opacity, width (CSS pixels). */
export const SEGMENT_FLOATS = 9;

const VECTOR_SECONDS = 60;
const MARGIN_PIXELS = 40;
const LABELS_MOST = 60;
const TRAILS_MOST = 300;

export interface SceneOptions {
  readonly selected: number | null;
  /** Tracks of the alert the operator is at. */
  readonly focused: ReadonlySet<number>;
  readonly fits: Predicate;
  readonly labels: boolean;
  readonly trails: boolean;
}

/** Growing float buffer, reused from drawing to drawing. */
export class Floats {
  values = new Float32Array(4096);
  length = 0;

  push(...numbers: number[]): void {
    if (this.length + numbers.length > this.values.length) {
      const wider = new Float32Array(2 * this.values.length);
      wider.set(this.values);
      this.values = wider;
    }
    for (const number of numbers) this.values[this.length++] = number;
  }
}

type Detail = "dot" | "frame" | "symbol";
const DETAIL_SIZES: Record<Detail, number> = { dot: 9, frame: 22, symbol: 34 };

export class Scene {
  readonly sprites = new Floats();
  readonly segments = new Floats();
  /** Rows of the tracks in view, and of those that get a label. */
  readonly rows: number[] = [];
  readonly labelled: number[] = [];

  get spriteCount(): number {
    return this.sprites.length / SPRITE_FLOATS;
  }

  get segmentCount(): number {
    return this.segments.length / SEGMENT_FLOATS;
  }

  /** Lays the tracks out for a view; what asks for attention is drawn last, on top. */
  build(tracks: Tracks, view: View, options: SceneOptions): void {
    this.sprites.length = this.segments.length = this.rows.length = this.labelled.length = 0;
    this.#findRows(tracks, view, options);
    const detail = chooseDetail(view, this.rows.length);
    const important = (row: number): boolean => isImportant(tracks, row, options);
    const trails = options.trails && this.rows.length <= TRAILS_MOST && detail !== "dot";
    for (const row of this.rows) {
      if (detail !== "dot" || important(row)) this.#addVector(tracks, row);
      if (trails || important(row)) this.#addTrail(tracks, row);
    }
    for (const row of this.rows) if (!important(row)) this.#addSymbol(tracks, row, detail);
    for (const row of this.rows) if (important(row)) this.#addImportant(tracks, row, options);
    this.labelled.push(...this.rows.filter(important));
    const few = options.labels && detail !== "dot" && this.rows.length <= LABELS_MOST;
    if (few) this.labelled.push(...this.rows.filter((row) => !important(row)));
  }

  #findRows(tracks: Tracks, view: View, options: SceneOptions): void {
    for (let row = 0; row < tracks.count; row++) {
      const x = screenX(view, tracks.x[row]!);
      const y = screenY(view, tracks.y[row]!);
      const inside = x > -MARGIN_PIXELS && y > -MARGIN_PIXELS && x < view.width + MARGIN_PIXELS;
      if (!inside || y > view.height + MARGIN_PIXELS) continue;
      if (isImportant(tracks, row, options) || options.fits(tracks, row)) this.rows.push(row);
    }
  }

  #addSymbol(tracks: Tracks, row: number, detail: Detail): void {
    this.sprites.push(tracks.x[row]!, tracks.y[row]!, cellOf(tracks, row, detail), DETAIL_SIZES[detail], opacity(tracks, row));
  }

  #addImportant(tracks: Tracks, row: number, options: SceneOptions): void {
    const x = tracks.x[row]!;
    const y = tracks.y[row]!;
    const id = tracks.id[row]!;
    const threat = tracks.threat[row]!;
    if (threat > Threat.none) {
      this.sprites.push(x, y, markCell(threat === Threat.critical ? "critical" : "advisory"), 58, 1);
    }
    this.sprites.push(x, y, cellOf(tracks, row, "symbol"), 38, 1);
    if (id === options.selected) this.sprites.push(x, y, markCell("selected"), 58, 1);
    else if (options.focused.has(id)) this.sprites.push(x, y, markCell("focused"), 58, 0.8);
  }

  #addVector(tracks: Tracks, row: number): void {
    const metres = tracks.speedMps[row]! * VECTOR_SECONDS * worldUnitsPerMetre(tracks.latitudeDeg[row]!);
    const course = (tracks.courseDeg[row]! * Math.PI) / 180;
    const x = tracks.x[row]!;
    const y = tracks.y[row]!;
    const colour = colourOf(tracks, row);
    this.segments.push(
      x,
      y,
      x + metres * Math.sin(course),
      y - metres * Math.cos(course),
      ...colour,
      0.9 * opacity(tracks, row),
      1.5,
    );
  }

  #addTrail(tracks: Tracks, row: number): void {
    const colour = colourOf(tracks, row);
    let fromX = tracks.x[row]!;
    let fromY = tracks.y[row]!;
    tracks.trails.each(row, (x, y, age) => {
      this.segments.push(fromX, fromY, x, y, ...colour, 0.5 * (1 - age / TRAIL_POINTS), 1.25);
      [fromX, fromY] = [x, y];
    });
  }
}

function isImportant(tracks: Tracks, row: number, options: SceneOptions): boolean {
  const id = tracks.id[row]!;
  return tracks.threat[row]! > 0 || id === options.selected || options.focused.has(id);
}

/** Full symbols when there is room for them; ten thousand full symbols cannot be read. */
function chooseDetail(view: View, count: number): Detail {
  const zoom = Math.log2(view.scale / 512);
  if (count > 1200 || zoom < 4.6) return "dot";
  if (count > 300 || zoom < 6) return "frame";
  return "symbol";
}

function cellOf(tracks: Tracks, row: number, detail: Detail): number {
  const affiliation = tracks.affiliation[row]!;
  if (detail === "dot") return dotCell(affiliation);
  const simulated = (tracks.status[row]! & StatusBit.simulated) !== 0;
  return detail === "frame" ? frameCell(affiliation, simulated) : symbolCell(affiliation, tracks.type[row]!, simulated);
}

/** Targets that answer recede, coasting ones fade: what is dark and measured now stands out. */
function opacity(tracks: Tracks, row: number): number {
  const status = tracks.status[row]!;
  const quiet = (status & StatusBit.transponder) !== 0 && tracks.threat[row] === Threat.none ? 0.72 : 1;
  return (status & 3) === COASTING ? 0.5 * quiet : quiet;
}

/** Line colours of identities as the renderers take them, by text. */
const PARSED = new Map<string, readonly number[]>();

function parsed(hex: string): readonly number[] {
  let found = PARSED.get(hex);
  if (!found) PARSED.set(hex, (found = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)));
  return found;
}

function colourOf(tracks: Tracks, row: number): readonly number[] {
  if (tracks.threat[row] === Threat.critical) return ink.critical;
  return parsed(ink.lines[tracks.affiliation[row]!] ?? ink.lines[1]!);
}
