// The zone that is being drawn: its ring so far, and its corners.
import { zoneRing } from "../picture/ground.ts";
import { screenX, screenY, worldX, worldY, type View } from "../picture/projection.ts";
import { ink } from "../theme/inks.ts";
import { placesOf, type ZoneDraft } from "./draft.ts";

export function drawDraft(context: CanvasRenderingContext2D, view: View, draft: ZoneDraft): void {
  const places = placesOf(draft);
  const at = ([longitude, latitude]: readonly [number, number]): [number, number] => [
    screenX(view, worldX(longitude)),
    screenY(view, worldY(latitude)),
  ];
  const [centre] = places;
  const radiusM = 1000 * (draft.radiusKm ?? 0);
  const isCircle = draft.shape === "circle" && centre !== undefined && radiusM > 0;
  const ring = isCircle ? zoneRing({ polygon: [], centre, radius_m: radiusM }) : places;
  context.beginPath();
  ring.map(at).forEach(([x, y], i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  if (ring.length > 2) context.closePath();
  context.fillStyle = `rgba(${ink[draft.kind]}, 0.18)`;
  context.fill();
  context.strokeStyle = `rgb(${ink.tool})`;
  context.lineWidth = 2;
  context.stroke();
  context.fillStyle = `rgb(${ink.tool})`;
  for (const [x, y] of places.map(at)) context.fillRect(x - 3.5, y - 3.5, 7, 7);
}
