// The cone of a forecast as a shape: circles that grow along the way, and the hulls between them.
/** Of the screen: pixels. */
export interface Circle {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/**
 * Corners of the strip between two circles, along their outer tangents, always in one sense of turning: overlapping
 * strips then fill once. None where one circle lies in the other.
 */
export function stripBetween(from: Circle, to: Circle): readonly (readonly [number, number])[] | null {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const distance = Math.hypot(dx, dy);
  const grown = to.radius - from.radius;
  if (distance <= Math.abs(grown)) return null;
  const way = Math.atan2(dy, dx);
  // the outer tangents touch where the normal leans back by what the radius grows
  const lean = Math.acos(-grown / distance);
  const touch = (circle: Circle, angle: number): readonly [number, number] => [
    circle.x + circle.radius * Math.cos(angle),
    circle.y + circle.radius * Math.sin(angle),
  ];
  return [touch(from, way - lean), touch(to, way - lean), touch(to, way + lean), touch(from, way + lean)];
}

/** Half axes of the ellipse that holds the true place with 95 %, for one-sigma half axes: the root of chi squared. */
export const SIGMAS_95 = 2.4477;
