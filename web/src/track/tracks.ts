// The newest state of every track, as columns that grow; a track keeps its row until it is deleted.
import type { NamesSection, TrailsSection } from "../generated/messages.ts";
import { worldX, worldY } from "../picture/projection.ts";
import type { TrackFrame } from "../stream/frame.ts";
import { Trails } from "./trails.ts";

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

export interface TrackNames {
  readonly callsign: string;
  readonly icaoAddress: string;
  readonly mode3a: string;
  /** Identity in the network of nations; empty: none. */
  readonly networkId: string;
  readonly sensors: readonly string[];
}

const NO_NAMES: TrackNames = { callsign: "", icaoAddress: "", mode3a: "", networkId: "", sensors: [] };

/** Rows 0 to `count` - 1 are tracks, in no order; columns are longer than that. */
export class Tracks {
  count = 0;
  /** Rises with every frame. */
  revision = 0;
  id = new Uint32Array(256);
  x = new Float32Array(256);
  y = new Float32Array(256);
  longitudeDeg = new Float32Array(256);
  latitudeDeg = new Float32Array(256);
  altitudeM = new Float32Array(256);
  courseDeg = new Float32Array(256);
  speedMps = new Float32Array(256);
  verticalRateDmps = new Int16Array(256);
  affiliation = new Uint8Array(256);
  type = new Uint8Array(256);
  threat = new Uint8Array(256);
  status = new Uint8Array(256);
  age = new Uint8Array(256);
  /** One-sigma half axes in metres, bearing of the major one in 360/256 degrees; 0: unknown. */
  sigmaMajorM = new Uint16Array(256);
  sigmaMinorM = new Uint16Array(256);
  sigmaBearing = new Uint8Array(256);
  readonly trails = new Trails();
  readonly #row = new Map<number, number>();
  readonly #names = new Map<number, TrackNames>();

  row(id: number): number | undefined {
    return this.#row.get(id);
  }

  names(id: number): TrackNames {
    return this.#names.get(id) ?? NO_NAMES;
  }

  /** Takes over a frame that follows what is known, or a snapshot. */
  apply(frame: TrackFrame): void {
    if (frame.baseSequence === 0) this.#keepOnly(frame.id);
    for (const id of frame.deleted) this.#delete(id);
    for (let i = 0; i < frame.rows; i++) this.#set(frame, i);
    this.revision++;
  }

  applyNames(section: NamesSection): void {
    if (section.snapshot) this.#names.clear();
    section.track_id.forEach((id, i) => {
      this.#names.set(id, {
        callsign: section.callsign[i] ?? "",
        icaoAddress: section.icao_address[i] ?? "",
        mode3a: section.mode_3a[i] ?? "",
        networkId: section.network_id[i] ?? "",
        sensors: (section.sensors[i] ?? []).map((index) => section.sensor_ids[index] ?? ""),
      });
    });
  }

  /** Takes over where the tracks of an instant were before it. */
  applyTrails(section: TrailsSection): void {
    const before = new Map<number, [number, number][]>();
    for (const step of section.steps) {
      step.track_id.forEach((id, i) => {
        const places = before.get(id) ?? [];
        if (!places.length) before.set(id, places);
        places.push([worldX(step.longitude_deg[i]!), worldY(step.latitude_deg[i]!)]);
      });
    }
    for (const [id, places] of before) {
      const row = this.#row.get(id);
      if (row !== undefined) this.trails.putBefore(row, places);
    }
  }

  /** What an operator calls the track: its call sign, else its number. */
  title(id: number): string {
    return this.names(id).callsign || String(id);
  }

  #set(frame: TrackFrame, i: number): void {
    const id = frame.id[i]!;
    const row = this.#row.get(id) ?? this.#add(id);
    this.longitudeDeg[row] = frame.longitudeDeg[i]!;
    this.latitudeDeg[row] = frame.latitudeDeg[i]!;
    this.x[row] = worldX(frame.longitudeDeg[i]!);
    this.y[row] = worldY(frame.latitudeDeg[i]!);
    this.altitudeM[row] = frame.altitudeM[i]!;
    this.courseDeg[row] = frame.courseDeg[i]!;
    this.speedMps[row] = frame.speedMps[i]!;
    this.verticalRateDmps[row] = frame.verticalRate?.[i] ?? 0;
    this.affiliation[row] = frame.affiliation[i]!;
    this.type[row] = frame.type[i]!;
    this.threat[row] = frame.threat[i]!;
    this.status[row] = frame.status[i]!;
    this.age[row] = frame.age?.[i] ?? 0;
    this.sigmaMajorM[row] = frame.sigmaMajorM?.[i] ?? 0;
    this.sigmaMinorM[row] = frame.sigmaMinorM?.[i] ?? 0;
    this.sigmaBearing[row] = frame.sigmaBearing?.[i] ?? 0;
    this.trails.add(row, this.x[row]!, this.y[row]!, frame.validTimeMs);
  }

  #add(id: number): number {
    if (this.count === this.id.length) this.#grow();
    const row = this.count++;
    this.id[row] = id;
    this.#row.set(id, row);
    this.trails.clear(row);
    return row;
  }

  #keepOnly(ids: Uint32Array): void {
    const kept = new Set(ids);
    for (const id of [...this.#row.keys()]) if (!kept.has(id)) this.#delete(id);
  }

  #delete(id: number): void {
    const row = this.#row.get(id);
    this.#names.delete(id);
    if (row === undefined) return;
    const last = --this.count;
    for (const column of this.#columns()) column[row] = column[last]!;
    this.trails.move(last, row);
    this.#row.set(this.id[row]!, row);
    this.#row.delete(id);
  }

  #columns(): (Float32Array | Uint32Array | Int16Array | Uint16Array | Uint8Array)[] {
    return COLUMNS.map((name) => this[name]);
  }

  #grow(): void {
    const room = 2 * this.id.length;
    for (const name of COLUMNS) {
      const old = this[name];
      const wider = new (old.constructor as new (length: number) => typeof old)(room);
      wider.set(old as never);
      (this as Record<string, unknown>)[name] = wider;
    }
    this.trails.grow(room);
  }
}

const COLUMNS = [
  "id",
  "x",
  "y",
  "longitudeDeg",
  "latitudeDeg",
  "altitudeM",
  "courseDeg",
  "speedMps",
  "verticalRateDmps",
  "affiliation",
  "type",
  "threat",
  "status",
  "age",
  "sigmaMajorM",
  "sigmaMinorM",
  "sigmaBearing",
] as const;
