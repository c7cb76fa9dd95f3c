// The columns of the track table and how each sorts.
import type { Predicate } from "./filter.ts";
import type { Tracks } from "./tracks.ts";

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

type SortKey = (tracks: Tracks, row: number) => number | string;

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
export function sortRows(tracks: Tracks, fits: Predicate, by: ColumnName, descending: boolean): number[] {
  const key = KEYS[by];
  const found: { id: number; key: number | string }[] = [];
  for (let row = 0; row < tracks.count; row++) {
    if (fits(tracks, row)) found.push({ id: tracks.id[row]!, key: key(tracks, row) });
  }
  const sign = descending ? -1 : 1;
  found.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : a.id - b.id));
  return found.map((entry) => entry.id);
}
