// Where units stand on the screen, and which one a click means.
import type { Unit } from "../generated/messages.ts";
import { screenX, screenY, worldX, worldY, type View } from "../picture/projection.ts";

const PICK_PIXELS = 18;

/** The unit nearest to a point of the screen, if one is near enough. */
export function unitAt(units: readonly Unit[], view: View, x: number, y: number): Unit | null {
  let best: Unit | null = null;
  let least = PICK_PIXELS ** 2;
  for (const unit of units) {
    const [unitX, unitY] = placeOf(unit, view);
    const distance = (unitX - x) ** 2 + (unitY - y) ** 2;
    if (distance < least) [best, least] = [unit, distance];
  }
  return best;
}

export function placeOf(unit: Unit, view: View): readonly [number, number] {
  return [screenX(view, worldX(unit.longitude_deg)), screenY(view, worldY(unit.latitude_deg))];
}
