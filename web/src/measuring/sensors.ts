// The sensor site under the pointer, to measure from.
import type { Sensor } from "../generated/messages.ts";
import { screenX, screenY, worldX, worldY, type View } from "../picture/projection.ts";
import type { End } from "./legs.ts";

const NEAR_PIXELS = 12;

export function sensorAt(sensors: readonly Sensor[], view: View, x: number, y: number): End | null {
  let best: End | null = null;
  let least = NEAR_PIXELS ** 2;
  for (const { id, latitude_deg: latitude, longitude_deg: longitude } of sensors) {
    if (latitude === null || longitude === null) continue;
    const distance = (screenX(view, worldX(longitude)) - x) ** 2 + (screenY(view, worldY(latitude)) - y) ** 2;
    if (distance < least) [best, least] = [{ place: { latitude, longitude }, name: id }, distance];
  }
  return best;
}
