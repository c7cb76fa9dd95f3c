// When two things that keep course and speed are nearest to each other over the ground, and how near.
import type { Position } from "../place/coordinates.ts";
import { courseBetween } from "./geodesic.ts";

export interface Mover extends Position {
  readonly courseDeg: number;
  /** Over ground; 0: it stands. */
  readonly speedMps: number;
}

export interface Approach {
  /** Seconds from now; negative: they were nearest before and move apart. */
  readonly inS: number;
  readonly distanceM: number;
}

/**
 * Closest approach in the plane around the first, over the ground alone: heights do not count.
 * None: they do not move against each other. Good to about a metre in a kilometre within 300 km.
 */
export function closestApproach(first: Mover, second: Mover): Approach | null {
  const way = courseBetween(first, second);
  if (!way) return null;
  const [east, north] = along(way.bearingDeg, way.distanceM);
  const [firstEast, firstNorth] = along(first.courseDeg, first.speedMps);
  const [secondEast, secondNorth] = along(second.courseDeg, second.speedMps);
  const [u, v] = [secondEast - firstEast, secondNorth - firstNorth];
  const square = u ** 2 + v ** 2;
  if (square < 1e-6) return null;
  const inS = -(east * u + north * v) / square;
  return { inS, distanceM: Math.hypot(east + u * inS, north + v * inS) };
}

function along(bearingDeg: number, length: number): [number, number] {
  const bearing = (bearingDeg * Math.PI) / 180;
  return [length * Math.sin(bearing), length * Math.cos(bearing)];
}
