// Whom public warnings are for, on the map: filled what the public was told, a broken outline what waits for a person.
import { traceRing } from "../picture/ground.ts";
import type { View } from "../picture/projection.ts";
import { ink } from "../theme/inks.ts";
import type { Warned } from "./areas.ts";

export function drawWarned(context: CanvasRenderingContext2D, view: View, warned: readonly Warned[]): void {
  context.lineWidth = 1.5;
  for (const { area, level, isTold } of warned) {
    context.beginPath();
    traceRing(context, view, area.polygon);
    if (isTold) {
      context.fillStyle = `rgba(${ink[level]}, 0.14)`;
      context.fill();
    }
    context.setLineDash(isTold ? [] : [7, 5]);
    context.strokeStyle = `rgba(${ink[level]}, 0.9)`;
    context.stroke();
  }
  context.setLineDash([]);
}
