// Where lost tracks may be, on the map: the outline of each search region and its likeliest place.
import type { LostTrack } from "../generated/messages.ts";
import { traceRing } from "../picture/ground.ts";
import { screenX, screenY, worldX, worldY, type View } from "../picture/projection.ts";
import { ink } from "../theme/inks.ts";

const FONT = '600 12px "Inter Variable", sans-serif';

export function drawLost(context: CanvasRenderingContext2D, view: View, lost: readonly LostTrack[]): void {
  for (const one of lost) {
    if (one.state !== "lost") continue;
    context.beginPath();
    for (const part of one.regions) {
      traceRing(context, view, part.polygon);
      for (const hole of part.holes) traceRing(context, view, hole);
    }
    context.fillStyle = `rgba(${ink.lost}, 0.1)`;
    context.fill("evenodd");
    context.setLineDash([8, 3, 2, 3]);
    context.strokeStyle = `rgba(${ink.lost}, 0.9)`;
    context.lineWidth = 1.5;
    context.stroke();
    context.setLineDash([]);
    drawPlace(context, view, one);
  }
}

function drawPlace(context: CanvasRenderingContext2D, view: View, one: LostTrack): void {
  const x = screenX(view, worldX(one.most_probable[0]));
  const y = screenY(view, worldY(one.most_probable[1]));
  context.beginPath();
  context.moveTo(x - 6, y);
  context.lineTo(x + 6, y);
  context.moveTo(x, y - 6);
  context.lineTo(x, y + 6);
  context.stroke();
  context.font = FONT;
  context.textAlign = "left";
  context.fillStyle = `rgb(${ink.lost})`;
  context.fillText(`${one.track_id}?`, x + 9, y - 6);
}
