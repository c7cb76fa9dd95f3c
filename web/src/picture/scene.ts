// Builds what is to be drawn from the tracks in view: sprites and line segments as flat arrays any renderer reads.
import { COASTING, StatusBit, Threat, type Tracks } from "../track/tracks.ts";
import { TRAIL_POINTS } from "../track/trails.ts";
import { dotCell, frameCell, markCell, symbolCell } from "./atlas.ts";
import { Floats, SEGMENT_FLOATS, SPRITE_FLOATS } from "./floats.ts";
import { worldUnitsPerMetre, type View } from "./projection.ts";
import { ink } from "../theme/inks.ts";

const VECTOR_SECONDS = 60;
const MARGIN_PIXELS = 40;
const LABELS_MOST = 60;
const TRAILS_MOST = 300;

export interface SceneOptions {
  readonly selected: number | null;
  /** Tracks of the alert the operator is at. */
  readonly focused: ReadonlySet<number>;
  readonly labels: boolean;
  readonly trails: boolean;
}

type Detail = "dot" | "frame" | "symbol";
const DETAIL_SIZES: Record<Detail, number> = { dot: 9, frame: 22, symbol: 34 };

export class Scene {
  readonly sprites = new Floats();
  readonly segments = new Floats();
  /** Rows of the tracks that get a label, the first first. */
  readonly labelled: number[] = [];
  /** Rows in view, plain ones from the front, those that ask for attention from the back; kept from drawing to drawing. */
  #found = new Uint32Array(256);
  #plain = 0;
  #important = 0;

  /** Rows of the tracks in view that ask for nothing. */
  get plain(): Uint32Array {
    return this.#found.subarray(0, this.#plain);
  }

  /** Rows of the tracks in view that ask for attention. */
  get important(): Uint32Array {
    return this.#found.subarray(this.#found.length - this.#important);
  }

  get count(): number {
    return this.#plain + this.#important;
  }

  get spriteCount(): number {
    return this.sprites.length / SPRITE_FLOATS;
  }

  get segmentCount(): number {
    return this.segments.length / SEGMENT_FLOATS;
  }

  /** Lays the tracks out for a view; what asks for attention is drawn last, on top. */
  build(tracks: Tracks, view: View, options: SceneOptions): void {
    this.sprites.length = this.segments.length = this.labelled.length = 0;
    this.#findRows(tracks, view, options);
    const { plain, important } = this;
    const detail = chooseDetail(view, this.count);
    const trails = options.trails && this.count <= TRAILS_MOST;
    this.sprites.reserve(SPRITE_FLOATS * this.count);
    if (detail === "dot") this.#addDots(tracks, plain);
    else {
      for (const row of plain) {
        this.#addVector(tracks, row);
        if (trails) this.#addTrail(tracks, row);
        this.#addSymbol(tracks, row, detail);
      }
    }
    for (const row of important) {
      this.#addVector(tracks, row);
      this.#addTrail(tracks, row);
      this.#addImportant(tracks, row, options);
    }
    this.labelled.push(...important);
    if (options.labels && detail !== "dot" && this.count <= LABELS_MOST) this.labelled.push(...plain);
  }

  /** Finds what is in view and fits, or asks for attention. */
  #findRows(tracks: Tracks, view: View, options: SceneOptions): void {
    const { x, y, fits, threat, id, count } = tracks;
    if (this.#found.length < count) this.#found = new Uint32Array(2 * count);
    const found = this.#found;
    const halfX = (view.width / 2 + MARGIN_PIXELS) / view.scale;
    const halfY = (view.height / 2 + MARGIN_PIXELS) / view.scale;
    this.#plain = this.#important = 0;
    for (let row = 0; row < count; row++) {
      if (Math.abs(x[row]! - view.centreX) >= halfX || Math.abs(y[row]! - view.centreY) >= halfY) continue;
      const number = id[row]!;
      if (threat[row]! > 0 || number === options.selected || options.focused.has(number)) {
        found[found.length - ++this.#important] = row;
      } else if (fits[row]) found[this.#plain++] = row;
    }
  }

  /** Adds what is drawn of ten thousand, twice a second: one loop over the columns, for which room was made. */
  #addDots({ x, y, affiliation, status }: Tracks, rows: Uint32Array): void {
    const { values } = this.sprites;
    let at = this.sprites.length;
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k]!;
      values[at] = x[row]!;
      values[at + 1] = y[row]!;
      values[at + 2] = dotCell(affiliation[row]!);
      values[at + 3] = DETAIL_SIZES.dot;
      values[at + 4] = opacityOf(status[row]!, Threat.none);
      at += SPRITE_FLOATS;
    }
    this.sprites.length = at;
  }

  #addSymbol(tracks: Tracks, row: number, detail: Exclude<Detail, "dot">): void {
    this.sprites.sprite(tracks.x[row]!, tracks.y[row]!, cellOf(tracks, row, detail), DETAIL_SIZES[detail], opacity(tracks, row));
  }

  #addImportant(tracks: Tracks, row: number, options: SceneOptions): void {
    const x = tracks.x[row]!;
    const y = tracks.y[row]!;
    const id = tracks.id[row]!;
    const threat = tracks.threat[row]!;
    if (threat > Threat.none) {
      this.sprites.sprite(x, y, markCell(threat === Threat.critical ? "critical" : "advisory"), 58, 1);
    }
    this.sprites.sprite(x, y, cellOf(tracks, row, "symbol"), 38, 1);
    if (id === options.selected) this.sprites.sprite(x, y, markCell("selected"), 58, 1);
    else if (options.focused.has(id)) this.sprites.sprite(x, y, markCell("focused"), 58, 0.8);
  }

  #addVector(tracks: Tracks, row: number): void {
    const metres = tracks.speedMps[row]! * VECTOR_SECONDS * worldUnitsPerMetre(tracks.latitudeDeg[row]!);
    const course = (tracks.courseDeg[row]! * Math.PI) / 180;
    const x = tracks.x[row]!;
    const y = tracks.y[row]!;
    const [dx, dy] = [metres * Math.sin(course), -metres * Math.cos(course)];
    this.segments.segment(x, y, x + dx, y + dy, colourOf(tracks, row), 0.9 * opacity(tracks, row), 1.5);
  }

  #addTrail(tracks: Tracks, row: number): void {
    const colour = colourOf(tracks, row);
    let fromX = tracks.x[row]!;
    let fromY = tracks.y[row]!;
    tracks.trails.each(tracks.id[row]!, (x, y, age) => {
      this.segments.segment(fromX, fromY, x, y, colour, 0.5 * (1 - age / TRAIL_POINTS), 1.25);
      [fromX, fromY] = [x, y];
    });
  }
}

/** Full symbols when there is room for them; ten thousand full symbols cannot be read. */
function chooseDetail(view: View, count: number): Detail {
  const zoom = Math.log2(view.scale / 512);
  if (count > 1200 || zoom < 4.6) return "dot";
  if (count > 300 || zoom < 6) return "frame";
  return "symbol";
}

function cellOf(tracks: Tracks, row: number, detail: Exclude<Detail, "dot">): number {
  const affiliation = tracks.affiliation[row]!;
  const simulated = (tracks.status[row]! & StatusBit.simulated) !== 0;
  return detail === "frame" ? frameCell(affiliation, simulated) : symbolCell(affiliation, tracks.type[row]!, simulated);
}

/** Targets that answer recede, coasting ones fade: what is dark and measured now stands out. */
function opacityOf(status: number, threat: number): number {
  const quiet = (status & StatusBit.transponder) !== 0 && threat === Threat.none ? 0.72 : 1;
  return (status & 3) === COASTING ? 0.5 * quiet : quiet;
}

function opacity(tracks: Tracks, row: number): number {
  return opacityOf(tracks.status[row]!, tracks.threat[row]!);
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
