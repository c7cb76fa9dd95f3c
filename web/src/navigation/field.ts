// Disturbed satellite navigation on the map: cells by their share, areas under alarm, marks on doubted aircraft.
import type { GnssInterference } from "../generated/messages.ts";
import { traceRing } from "../picture/ground.ts";
import { screenX, screenY, worldX, worldY, type View } from "../picture/projection.ts";
import { ink } from "../theme/inks.ts";
import type { Tracks } from "../track/tracks.ts";
import { areasOf, cellsOf, middleOf, type Shade } from "./events.ts";

const FILLED: Readonly<Record<Shade, number>> = { few: 0.07, green: 0.12, yellow: 0.22, red: 0.3 };
const FONT = '600 12px "Inter Variable", sans-serif';
/** The incident of an area has its pin in the same middle. */
const BELOW_PIN = 15;

/** Draws cells and areas, under zones and tracks. */
export function drawField(context: CanvasRenderingContext2D, view: View, events: readonly GnssInterference[]): void {
  for (const { ring, shade } of cellsOf(events)) {
    context.beginPath();
    traceRing(context, view, ring);
    context.fillStyle = `rgba(${ink[shade]}, ${FILLED[shade]})`;
    context.fill();
    context.strokeStyle = `rgba(${ink[shade]}, 0.3)`;
    context.lineWidth = 0.75;
    context.stroke();
  }
  for (const area of areasOf(events)) drawArea(context, view, area);
}

function drawArea(context: CanvasRenderingContext2D, view: View, area: GnssInterference): void {
  context.beginPath();
  traceRing(context, view, area.polygon);
  context.strokeStyle = `rgba(${ink.red}, 0.95)`;
  context.lineWidth = 2;
  context.setLineDash(area.band === "low" ? [2, 4] : []);
  context.stroke();
  context.setLineDash([]);
  const middle = middleOf(area.polygon);
  if (!middle) return;
  context.font = FONT;
  context.textAlign = "center";
  context.fillStyle = `rgb(${ink.red})`;
  context.fillText(`GNSS ${area.affected}/${area.aircraft}`, screenX(view, worldX(middle[0])), screenY(view, worldY(middle[1])) + BELOW_PIN);
}

/** Marks tracks whose own word about their place is in doubt: a broken ring, and a question mark beside it. */
export function drawDoubts(
  context: CanvasRenderingContext2D,
  view: View,
  tracks: Tracks,
  doubted: ReadonlySet<number>,
): void {
  context.strokeStyle = context.fillStyle = `rgb(${ink.doubt})`;
  context.lineWidth = 2;
  context.font = FONT;
  context.textAlign = "right";
  context.setLineDash([5, 4]);
  for (const id of doubted) {
    const row = tracks.row(id);
    if (row === undefined) continue;
    const x = screenX(view, tracks.x[row]!);
    const y = screenY(view, tracks.y[row]!);
    context.beginPath();
    context.arc(x, y, 17, 0, 2 * Math.PI);
    context.stroke();
    context.fillText("?", x - 20, y + 4);
  }
  context.setLineDash([]);
}
