// Distances, bearings and places on the WGS84 ellipsoid. Source: T. Vincenty, Survey Review 23 (1975): under a
// millimetre, except between nearly opposite points of the earth, where the inverse does not converge.
import type { Position } from "../place/coordinates.ts";

const A_M = 6_378_137;
const FLATTENING = 1 / 298.257223563;
const B_M = A_M * (1 - FLATTENING);
const MOST_STEPS = 100;
const CONVERGED = 1e-12;
export const NAUTICAL_MILE_M = 1852;

export interface Course {
  readonly distanceM: number;
  /** From the first to the second place, degrees true, 0 to 360. */
  readonly bearingDeg: number;
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const degrees = (value: number): number => (value * 180) / Math.PI;
const reduced = (latitude: number): number => Math.atan((1 - FLATTENING) * Math.tan(radians(latitude)));

/** The shortest way between two places; none: they are nearly opposite. */
export function courseBetween(from: Position, to: Position): Course | null {
  const east = radians(((to.longitude - from.longitude + 540) % 360) - 180);
  const [sinFrom, cosFrom] = sines(reduced(from.latitude));
  const [sinTo, cosTo] = sines(reduced(to.latitude));
  let lambda = east;
  for (let step = 0; step < MOST_STEPS; step++) {
    const [sinLambda, cosLambda] = sines(lambda);
    const across = cosTo * sinLambda;
    const along = cosFrom * sinTo - sinFrom * cosTo * cosLambda;
    const sinSigma = Math.hypot(across, along);
    if (sinSigma === 0) return { distanceM: 0, bearingDeg: 0 };
    const cosSigma = sinFrom * sinTo + cosFrom * cosTo * cosLambda;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cosFrom * cosTo * sinLambda) / sinSigma;
    const cosSqAlpha = 1 - sinAlpha ** 2;
    const middle = cosSqAlpha === 0 ? 0 : cosSigma - (2 * sinFrom * sinTo) / cosSqAlpha;
    const next = east + shift(cosSqAlpha, sinAlpha, sigma, sinSigma, cosSigma, middle);
    if (Math.abs(next - lambda) < CONVERGED) {
      const distanceM = arcLength(cosSqAlpha, sigma, sinSigma, cosSigma, middle);
      return { distanceM, bearingDeg: (degrees(Math.atan2(across, along)) + 360) % 360 };
    }
    lambda = next;
  }
  return null;
}

/** Where one comes from a place on a bearing (degrees true) after a distance in metres. */
export function placeAt(from: Position, bearingDeg: number, distanceM: number): Position {
  const [sinBearing, cosBearing] = sines(radians(bearingDeg));
  const u = reduced(from.latitude);
  const [sinU, cosU] = sines(u);
  const first = Math.atan2(Math.tan(u), cosBearing);
  const sinAlpha = cosU * sinBearing;
  const cosSqAlpha = 1 - sinAlpha ** 2;
  const { a, b } = series(cosSqAlpha);
  let sigma = distanceM / (B_M * a);
  let middle = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    middle = Math.cos(2 * first + sigma);
    const [sinSigma, cosSigma] = sines(sigma);
    const next = distanceM / (B_M * a) + correction(b, sinSigma, cosSigma, middle);
    if (Math.abs(next - sigma) < CONVERGED) break;
    sigma = next;
  }
  const [sinSigma, cosSigma] = sines(sigma);
  const down = sinU * sinSigma - cosU * cosSigma * cosBearing;
  const up = sinU * cosSigma + cosU * sinSigma * cosBearing;
  const latitude = degrees(Math.atan2(up, (1 - FLATTENING) * Math.hypot(sinAlpha, down)));
  const lambda = Math.atan2(sinSigma * sinBearing, cosU * cosSigma - sinU * sinSigma * cosBearing);
  const east = lambda - shift(cosSqAlpha, sinAlpha, sigma, sinSigma, cosSigma, middle);
  return { latitude, longitude: ((from.longitude + degrees(east) + 540) % 360) - 180 };
}

function sines(angle: number): [number, number] {
  return [Math.sin(angle), Math.cos(angle)];
}

function shift(cosSqAlpha: number, sinAlpha: number, sigma: number, sinSigma: number, cosSigma: number, middle: number): number {
  const c = (FLATTENING / 16) * cosSqAlpha * (4 + FLATTENING * (4 - 3 * cosSqAlpha));
  return (1 - c) * FLATTENING * sinAlpha * (sigma + c * sinSigma * (middle + c * cosSigma * (2 * middle ** 2 - 1)));
}

function series(cosSqAlpha: number): { a: number; b: number } {
  const u = (cosSqAlpha * (A_M ** 2 - B_M ** 2)) / B_M ** 2;
  return {
    a: 1 + (u / 16384) * (4096 + u * (-768 + u * (320 - 175 * u))),
    b: (u / 1024) * (256 + u * (-128 + u * (74 - 47 * u))),
  };
}

function correction(b: number, sinSigma: number, cosSigma: number, middle: number): number {
  const last = (b / 6) * middle * (4 * sinSigma ** 2 - 3) * (4 * middle ** 2 - 3);
  return b * sinSigma * (middle + (b / 4) * (cosSigma * (2 * middle ** 2 - 1) - last));
}

function arcLength(cosSqAlpha: number, sigma: number, sinSigma: number, cosSigma: number, middle: number): number {
  const { a, b } = series(cosSqAlpha);
  return B_M * a * (sigma - correction(b, sinSigma, cosSigma, middle));
}
