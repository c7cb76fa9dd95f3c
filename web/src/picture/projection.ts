// Web Mercator relative to a regional origin, so that 32-bit floats hold positions to about 0.1 m.

/** Width of the world in map pixels at zoom 0 (MapLibre's tile size). */
const WORLD_PIXELS = 512;
export const EARTH_CIRCUMFERENCE_M = 40_075_016.686;

/** What is on screen: the centre in world units relative to the origin, pixels per world unit, size in CSS pixels. */
export interface View {
  readonly centreX: number;
  readonly centreY: number;
  readonly scale: number;
  readonly width: number;
  readonly height: number;
}

export function mercatorX(longitudeDeg: number): number {
  return longitudeDeg / 360 + 0.5;
}

export function mercatorY(latitudeDeg: number): number {
  const sine = Math.sin((latitudeDeg * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

export const ORIGIN_X = mercatorX(24);
export const ORIGIN_Y = mercatorY(56);

export function worldX(longitudeDeg: number): number {
  return mercatorX(longitudeDeg) - ORIGIN_X;
}

export function worldY(latitudeDeg: number): number {
  return mercatorY(latitudeDeg) - ORIGIN_Y;
}

/** Degrees of a point of the screen. */
export function longitudeAt(view: View, x: number): number {
  return ((x - view.width / 2) / view.scale + view.centreX + ORIGIN_X - 0.5) * 360;
}

export function latitudeAt(view: View, y: number): number {
  const northing = Math.PI * (1 - 2 * ((y - view.height / 2) / view.scale + view.centreY + ORIGIN_Y));
  return (Math.atan(Math.sinh(northing)) * 180) / Math.PI;
}

/** World units a metre on the ground is long at a latitude. */
export function worldUnitsPerMetre(latitudeDeg: number): number {
  return 1 / (EARTH_CIRCUMFERENCE_M * Math.cos((latitudeDeg * Math.PI) / 180));
}

export function makeView(
  centre: { readonly lng: number; readonly lat: number },
  zoom: number,
  width: number,
  height: number,
): View {
  return { centreX: worldX(centre.lng), centreY: worldY(centre.lat), scale: WORLD_PIXELS * 2 ** zoom, width, height };
}

/** The same ground on fewer, larger pixels: what has its size in pixels looks so much larger. */
export function magnified(view: View, by: number): View {
  return { ...view, scale: view.scale / by, width: view.width / by, height: view.height / by };
}

export function screenX(view: View, x: number): number {
  return (x - view.centreX) * view.scale + view.width / 2;
}

export function screenY(view: View, y: number): number {
  return (y - view.centreY) * view.scale + view.height / 2;
}
