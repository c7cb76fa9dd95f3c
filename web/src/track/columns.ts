// The columns of the track table and how each sorts.
import type { TrackView } from "./tracks.ts";

export const COLUMNS = [
  "threat",
  "identity",
  "name",
  "callsign",
  "type",
  "altitude",
  "speed",
  "course",
  "squawk",
  "age",
  "sensors",
] as const;
export type ColumnName = (typeof COLUMNS)[number];

type SortKey = (tracks: TrackView, row: number) => number | string;

const KEYS: Record<ColumnName, SortKey> = {
  threat: (tracks, row) => tracks.threat[row]!,
  identity: (tracks, row) => tracks.affiliation[row]!,
  name: (tracks, row) => tracks.id[row]!,
  callsign: (tracks, row) => tracks.names(tracks.id[row]!).callsign,
  type: (tracks, row) => tracks.type[row]!,
  altitude: (tracks, row) => (Number.isNaN(tracks.altitudeM[row]!) ? -Infinity : tracks.altitudeM[row]!),
  speed: (tracks, row) => tracks.speedMps[row]!,
  course: (tracks, row) => tracks.courseDeg[row]!,
  squawk: (tracks, row) => tracks.names(tracks.id[row]!).mode3a,
  age: (tracks, row) => tracks.age[row]!,
  sensors: (tracks, row) => tracks.names(tracks.id[row]!).sensors.join(),
};

/** Lists the ids of the tracks that fit, sorted by a column and then by number, so that rows do not dance. */
export function sortRows(tracks: TrackView, by: ColumnName, descending: boolean): Uint32Array<ArrayBuffer> {
  const key = KEYS[by];
  const keys = Array.from({ length: tracks.count }, (_, row) => key(tracks, row));
  const rows = new Uint32Array(tracks.count);
  let found = 0;
  for (let row = 0; row < tracks.count; row++) if (tracks.fits[row]) rows[found++] = row;
  const sign = descending ? -1 : 1;
  const sorted = rows.subarray(0, found).sort((a, b) => {
    const [first, second] = [keys[a]!, keys[b]!];
    return first < second ? -sign : first > second ? sign : tracks.id[a]! - tracks.id[b]!;
  });
  return sorted.map((row) => tracks.id[row]!).slice();
}
