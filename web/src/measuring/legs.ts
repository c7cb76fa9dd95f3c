// What a measure is made of: ends that stand or fly, legs between them, rings around the first.
import type { Position } from "../place/coordinates.ts";
import type { Tracks } from "../track/tracks.ts";
import { closestApproach, type Approach, type Mover } from "./approach.ts";
import { courseBetween, NAUTICAL_MILE_M, placeAt, type Course } from "./geodesic.ts";

/** A place on the map, with a name when it has one, or a track, wherever it flies. */
export type End = { readonly place: Position; readonly name: string } | { readonly trackId: number };

export interface StandingEnd extends Mover {
  readonly name: string;
}

export interface Leg extends Course {
  readonly from: StandingEnd;
  readonly to: StandingEnd;
  /** None: neither end flies. */
  readonly approach: Approach | null;
}

export const RINGS = 5;
const RING_CORNERS = 72;
/** A line is drawn through so many places of the shortest way. */
const LINE_PARTS = 32;

/** Where the ends are now; none: a track that is gone. */
export function endsNow(ends: readonly End[], tracks: Tracks): (StandingEnd | null)[] {
  return ends.map((end) => {
    if ("place" in end) return { ...end.place, name: end.name, courseDeg: 0, speedMps: 0 };
    const row = tracks.row(end.trackId);
    if (row === undefined) return null;
    return {
      name: tracks.title(end.trackId),
      latitude: tracks.latitudeDeg[row]!,
      longitude: tracks.longitudeDeg[row]!,
      courseDeg: tracks.courseDeg[row]!,
      speedMps: tracks.speedMps[row]!,
    };
  });
}

/** The numbers of the tracks among the ends that are gone. */
export function goneOf(ends: readonly End[], now: readonly (StandingEnd | null)[]): number[] {
  return [...new Set(ends.flatMap((end, i) => ("trackId" in end && now[i] === null ? [end.trackId] : [])))];
}

/** The legs between neighbours; none begins or ends at a track that is gone, and none goes past it. */
export function legsOf(ends: readonly (StandingEnd | null)[]): Leg[] {
  return ends.slice(1).flatMap((to, i) => {
    const from = ends[i];
    const course = from && to && courseBetween(from, to);
    return course ? [{ ...course, from, to, approach: closestApproach(from, to) }] : [];
  });
}

/** Places along the shortest way. */
export function lineOf({ from, distanceM, bearingDeg, to }: Leg): Position[] {
  const between = Array.from({ length: LINE_PARTS - 1 }, (_, i) => placeAt(from, bearingDeg, (distanceM * (i + 1)) / LINE_PARTS));
  return [from, ...between, to];
}

/** Places at one distance all around, the first in the north. */
export function ringOf(centre: Position, radiusM: number): Position[] {
  return Array.from({ length: RING_CORNERS }, (_, i) => placeAt(centre, (360 * i) / RING_CORNERS, radiusM));
}

/** "12.3 km · 6.6 NM": three figures are enough for what a person reads off a map. */
export function sayDistance(metres: number): string {
  return `${threeFigures(metres / 1000)} km · ${threeFigures(metres / NAUTICAL_MILE_M)} NM`;
}

function threeFigures(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
