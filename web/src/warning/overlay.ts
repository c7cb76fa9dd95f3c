// Whom public warnings are for, on the map: filled what the public was told, a broken outline what waits for a person.
import { traceRing } from "../picture/ground.ts";
import type { View } from "../picture/projection.ts";
import { ink } from "../theme/inks.ts";
import type { Warned } from "./areas.ts";

/** Draws each outline on its own side of the border, so that those of neighbours do not make a broken one whole. */
export function drawWarned(context: CanvasRenderingContext2D, view: View, warned: readonly Warned[]): void {
  for (const { area, level, isTold } of warned) {
    context.save();
    context.beginPath();
    traceRing(context, view, area.polygon);
    context.clip();
    if (isTold) {
      context.fillStyle = `rgba(${ink[level]}, 0.14)`;
      context.fill();
    }
    context.setLineDash(isTold ? [] : [7, 7]);
    context.strokeStyle = `rgba(${ink[level]}, 0.9)`;
    context.lineWidth = 3; // of which the inner half is left
    context.stroke();
    context.restore();
  }
}
