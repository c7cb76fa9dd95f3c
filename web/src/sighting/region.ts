// Where what people reported may be: an outline with 80 % of it, broken until several voices agree. Never a symbol.
import type { Sighting } from "../generated/messages.ts";
import { traceRing } from "../picture/ground.ts";
import { screenX, screenY, worldX, worldY, type View } from "../picture/projection.ts";
import { ink } from "../theme/inks.ts";

const FONT = '11px "Inter Variable", sans-serif';

export function drawSightings(context: CanvasRenderingContext2D, view: View, sightings: readonly Sighting[]): void {
  for (const sighting of sightings) {
    if (sighting.polygon.length === 0 || sighting.longitude_deg === null || sighting.latitude_deg === null) continue;
    context.beginPath();
    traceRing(context, view, sighting.polygon);
    context.fillStyle = `rgba(${ink.sighting}, 0.08)`;
    context.fill();
    context.strokeStyle = `rgba(${ink.sighting}, 0.85)`;
    context.lineWidth = 1.25;
    context.setLineDash(sighting.state === "supported" ? [] : [3, 4]);
    context.stroke();
    context.setLineDash([]);
    context.font = FONT;
    context.textAlign = "center";
    context.fillStyle = `rgb(${ink.sighting})`;
    const x = screenX(view, worldX(sighting.longitude_deg));
    const y = screenY(view, worldY(sighting.latitude_deg));
    context.fillText(`? ${sighting.voices}`, x, y);
  }
}
