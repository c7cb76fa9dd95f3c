// Keeps the tracks in the worker: takes over frames, lets the filter judge, sorts for the table, packs columns for the page.
import type { NamesSection } from "../generated/messages.ts";
import { worldX, worldY } from "../picture/projection.ts";
import type { TrackFrame } from "../stream/frame.ts";
import { sortRows, type ColumnName } from "./columns.ts";
import { parseFilter, type Predicate } from "./filter.ts";
import { Names } from "./names.ts";
import { COLUMN_KEYS, makeColumns, packColumns, type TrackColumns, type TrackView, type TracksNow } from "./tracks.ts";

export interface TableSort {
  readonly by: ColumnName;
  readonly descending: boolean;
}

/** What the page wants of all tracks. */
export interface Wanted {
  readonly filter: string;
  /** Names of classes in the page's language, by code. */
  readonly classes: readonly string[];
  /** How the table sorts; none: there is no table. */
  readonly sort: TableSort | null;
}

export class Ledger {
  #columns = makeColumns(256);
  #count = 0;
  #validTimeMs = 0;
  readonly #row = new Map<number, number>();
  /** Rows stand by rising number; not since tracks came or went. */
  #sorted = true;
  readonly #gone = new Set<number>();
  readonly #names = new Names();
  #fits: Predicate | null = null;
  #wanted: Wanted["sort"] = null;

  want({ filter, classes, sort }: Wanted): void {
    this.#fits = filter.trim() ? parseFilter(filter, (type) => classes[type] ?? "").fits : null;
    this.#wanted = sort;
  }

  applyNames(section: NamesSection): void {
    this.#names.apply(section);
  }

  /** Takes over a frame that follows what is known, or a snapshot. */
  apply(frame: TrackFrame): void {
    if (frame.baseSequence === 0) this.#keepOnly(frame.id);
    for (const id of frame.deleted) this.#delete(id);
    // a frame names tracks by rising number, mostly those of the next rows
    let row = -1;
    for (let i = 0; i < frame.rows; i++) {
      const id = frame.id[i]!;
      row = this.#columns.id[row + 1] === id && row + 1 < this.#count ? row + 1 : (this.#row.get(id) ?? this.#add(id));
      this.#set(row, frame, i);
    }
    this.#validTimeMs = frame.validTimeMs;
  }

  /** Hands over all tracks in columns of one buffer, rows by rising number, and what went since the last time. */
  pack(spare: ArrayBuffer | null = null): TracksNow {
    if (!this.#sorted) this.#sort();
    const gone = Uint32Array.from(this.#gone);
    this.#names.forget(gone);
    this.#gone.clear();
    this.#judge();
    const columns = packColumns(this.#count, spare);
    for (const name of COLUMN_KEYS) columns[name].set(this.#columns[name].subarray(0, this.#count) as never);
    return { columns, gone, validTimeMs: this.#validTimeMs };
  }

  /** Numbers of the tracks that fit, as of the last packing and as the table lists them; none: there is no table. */
  list(): Uint32Array<ArrayBuffer> | null {
    return this.#wanted && sortRows(this.#view(), this.#wanted.by, this.#wanted.descending);
  }

  #judge(): void {
    const { fits } = this.#columns;
    if (!this.#fits) fits.fill(1);
    else {
      const view = this.#view();
      for (let row = 0; row < this.#count; row++) fits[row] = this.#fits(view, row) ? 1 : 0;
    }
  }

  #view(): TrackView {
    return { ...this.#columns, count: this.#count, names: (id) => this.#names.of(id) };
  }

  #set(row: number, frame: TrackFrame, i: number): void {
    const columns = this.#columns;
    columns.longitudeDeg[row] = frame.longitudeDeg[i]!;
    columns.latitudeDeg[row] = frame.latitudeDeg[i]!;
    columns.x[row] = worldX(frame.longitudeDeg[i]!);
    columns.y[row] = worldY(frame.latitudeDeg[i]!);
    columns.altitudeM[row] = frame.altitudeM[i]!;
    columns.courseDeg[row] = frame.courseDeg[i]!;
    columns.speedMps[row] = frame.speedMps[i]!;
    columns.verticalRateDmps[row] = frame.verticalRate?.[i] ?? 0;
    columns.affiliation[row] = frame.affiliation[i]!;
    columns.type[row] = frame.type[i]!;
    columns.threat[row] = frame.threat[i]!;
    columns.status[row] = frame.status[i]!;
    columns.age[row] = frame.age?.[i] ?? 0;
    columns.sigmaMajorM[row] = frame.sigmaMajorM?.[i] ?? 0;
    columns.sigmaMinorM[row] = frame.sigmaMinorM?.[i] ?? 0;
    columns.sigmaBearing[row] = frame.sigmaBearing?.[i] ?? 0;
  }

  #add(id: number): number {
    if (this.#count === this.#columns.id.length) this.#grow();
    const row = this.#count++;
    this.#columns.id[row] = id;
    this.#row.set(id, row);
    this.#gone.delete(id);
    this.#sorted &&= row === 0 || this.#columns.id[row - 1]! < id;
    return row;
  }

  #keepOnly(ids: Uint32Array): void {
    const kept = new Set(ids);
    for (const id of [...this.#row.keys()]) if (!kept.has(id)) this.#delete(id);
  }

  #delete(id: number): void {
    const row = this.#row.get(id);
    this.#gone.add(id);
    if (row === undefined) return;
    const last = --this.#count;
    for (const name of COLUMN_KEYS) this.#columns[name][row] = this.#columns[name][last]!;
    this.#row.set(this.#columns.id[row]!, row);
    this.#row.delete(id);
    this.#sorted &&= row === last;
  }

  /** Puts the rows in order of rising number. */
  #sort(): void {
    const before = this.#columns;
    const order = Uint32Array.from({ length: this.#count }, (_, row) => row).sort((a, b) => before.id[a]! - before.id[b]!);
    this.#columns = makeColumns(before.id.length);
    for (const name of COLUMN_KEYS) reorder(before[name], this.#columns[name], order);
    order.forEach((_, row) => this.#row.set(this.#columns.id[row]!, row));
    this.#sorted = true;
  }

  #grow(): void {
    const wider = makeColumns(2 * this.#columns.id.length);
    for (const name of COLUMN_KEYS) wider[name].set(this.#columns[name] as never);
    this.#columns = wider;
  }
}

/** Takes values over in another order; one kind of column at a time, so that the engine makes tight loops of it. */
function reorder<Column extends TrackColumns[keyof TrackColumns]>(from: Column, to: Column, order: Uint32Array): void {
  for (let row = 0; row < order.length; row++) to[row] = from[order[row]!]!;
}
