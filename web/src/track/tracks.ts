// The newest state of every track as the page reads it: columns that come whole from the worker, rows by rising number.
import type { NamesSection, TrailsSection } from "../generated/messages.ts";
import { worldX, worldY } from "../picture/projection.ts";
import { Names, type TrackNames } from "./names.ts";
import { Trails, type Places } from "./trails.ts";

export const Threat = { none: 0, advisory: 1, critical: 2 } as const;
export const StatusBit = {
  simulated: 4,
  test: 8,
  onGround: 16,
  spi: 32,
  transponder: 64,
  doubted: 128,
} as const;
export const COASTING = 2;

/** Every column and what it holds, wide ones first, so that all lie in one buffer without gaps. */
const KINDS = {
  id: Uint32Array,
  x: Float32Array,
  y: Float32Array,
  longitudeDeg: Float32Array,
  latitudeDeg: Float32Array,
  altitudeM: Float32Array,
  courseDeg: Float32Array,
  speedMps: Float32Array,
  verticalRateDmps: Int16Array,
  /** One-sigma half axes in metres, bearing of the major one in 360/256 degrees; 0: unknown. */
  sigmaMajorM: Uint16Array,
  sigmaMinorM: Uint16Array,
  sigmaBearing: Uint8Array,
  affiliation: Uint8Array,
  type: Uint8Array,
  threat: Uint8Array,
  status: Uint8Array,
  age: Uint8Array,
  /** 1: the filter lets it through. */
  fits: Uint8Array,
} as const;

export type TrackColumns = { readonly [Name in keyof typeof KINDS]: InstanceType<(typeof KINDS)[Name]> };
export const COLUMN_KEYS = Object.keys(KINDS) as (keyof TrackColumns)[];

/** Makes columns with room for so many rows. */
export function makeColumns(rows: number): TrackColumns {
  return Object.fromEntries(COLUMN_KEYS.map((name) => [name, new KINDS[name](rows)])) as unknown as TrackColumns;
}

/** Makes columns that lie in one buffer, which can be handed over whole: in the spare one, if it is neither too small nor a waste. */
export function packColumns(rows: number, spare: ArrayBuffer | null = null): TrackColumns {
  const bytes = rows * COLUMN_KEYS.reduce((sum, name) => sum + KINDS[name].BYTES_PER_ELEMENT, 0);
  const serves = spare !== null && spare.byteLength >= bytes && spare.byteLength <= 2 * bytes;
  return columnsIn(serves ? spare : new ArrayBuffer(bytes), rows);
}

/** The packed columns of so many rows that lie in a buffer. */
export function columnsIn(buffer: ArrayBuffer, rows: number): TrackColumns {
  let offset = 0;
  const place = (name: keyof TrackColumns): [string, TrackColumns[keyof TrackColumns]] => {
    const column = new KINDS[name](buffer, offset, rows);
    offset += column.byteLength;
    return [name, column];
  };
  return Object.fromEntries(COLUMN_KEYS.map(place)) as unknown as TrackColumns;
}

/** The one buffer that packed columns lie in. */
export function memoryOf(columns: TrackColumns): ArrayBuffer {
  return columns.id.buffer as ArrayBuffer;
}

/** What filter and table read of tracks. */
export interface TrackView extends TrackColumns {
  readonly count: number;
  names(id: number): TrackNames;
}

/** What a frame made of the tracks. */
export interface TracksNow {
  readonly columns: TrackColumns;
  /** Tracks that were there before and are no more. */
  readonly gone: Uint32Array;
  /** Epoch ms the picture holds at. */
  readonly validTimeMs: number;
}

/** The same as the worker hands it over: one buffer, for each column that goes between threads by itself takes the page time. */
export interface PackedTracks extends Pick<TracksNow, "gone" | "validTimeMs"> {
  readonly memory: ArrayBuffer;
  readonly rows: number;
}

export function toPacked({ columns, gone, validTimeMs }: TracksNow): PackedTracks {
  return { memory: memoryOf(columns), rows: columns.id.length, gone, validTimeMs };
}

export function fromPacked({ memory, rows, gone, validTimeMs }: PackedTracks): TracksNow {
  return { columns: columnsIn(memory, rows), gone, validTimeMs };
}

export interface Tracks extends TrackColumns {}
/** Rows 0 to `count` - 1 are tracks; the columns are as long as that, and others with every frame. */
export class Tracks implements TrackView {
  /** Rises with every frame. */
  revision = 0;
  readonly trails = new Trails();
  readonly #names = new Names();

  constructor() {
    Object.assign(this, makeColumns(0));
  }

  get count(): number {
    return this.id.length;
  }

  row(id: number): number | undefined {
    return rowIn(this.id, id);
  }

  names(id: number): TrackNames {
    return this.#names.of(id);
  }

  /** Takes over all tracks; returns the memory of those before, which nobody reads any more. */
  take(now: TracksNow): ArrayBuffer {
    const before = memoryOf(this);
    Object.assign(this, now.columns);
    this.#names.forget(now.gone);
    this.trails.add(now.columns, now.validTimeMs);
    this.revision++;
    return before;
  }

  applyNames(section: NamesSection): void {
    this.#names.apply(section);
  }

  /** Takes over where the tracks of an instant were before it. */
  applyTrails(section: TrailsSection): void {
    this.trails.putBefore(section.steps.map(placesOf));
  }

  /** What an operator calls the track: its call sign, else its number. */
  title(id: number): string {
    return this.names(id).callsign || String(id);
  }
}

/** The row of a number among rising ones. */
export function rowIn(ids: Uint32Array, id: number): number | undefined {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle]! < id) low = middle + 1;
    else high = middle;
  }
  return ids[low] === id ? low : undefined;
}

function placesOf(step: TrailsSection["steps"][number]): Places {
  const order = step.track_id.map((_, i) => i).sort((a, b) => step.track_id[a]! - step.track_id[b]!);
  return {
    id: Uint32Array.from(order, (i) => step.track_id[i]!),
    x: Float32Array.from(order, (i) => worldX(step.longitude_deg[i]!)),
    y: Float32Array.from(order, (i) => worldY(step.latitude_deg[i]!)),
  };
}
