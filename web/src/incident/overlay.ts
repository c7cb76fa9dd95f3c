// Incidents on the map: pins with the letter of their kind, filled while they go on; from near with the time they began.
import type { IncidentView } from "../generated/messages.ts";
import { screenX, screenY, worldX, worldY, type View } from "../picture/projection.ts";
import { clockTime } from "../picture/time.ts";
import { ink } from "../theme/inks.ts";
import { LETTERS } from "./letters.ts";

const LETTERS_ZOOM = 5;
const TIMES_ZOOM = 7;
const FONT = '700 11px "Inter Variable", sans-serif';
const SMALL = '11px "Inter Variable", sans-serif';
/** Middle of a pin's head above the place it points at, and its radius. */
const RISE = 20;
const RADIUS = 9;

export function drawIncidents(context: CanvasRenderingContext2D, view: View, incidents: readonly IncidentView[], chosen: string | null): void {
  const zoom = Math.log2(view.scale / 512);
  // open ones last, on top
  for (const incident of [...incidents].reverse()) {
    const [x, y] = placeOf(incident, view);
    if (x < -40 || y < -40 || x > view.width + 40 || y > view.height + 60) continue;
    const near = incident.incident_id === chosen;
    drawPin(context, x, y, incident, zoom >= LETTERS_ZOOM || near);
    if (zoom >= TIMES_ZOOM || near) drawTime(context, x, y, incident);
    if (near) {
      context.strokeStyle = ink.marks.selected;
      context.lineWidth = 2;
      context.strokeRect(x - 14, y - RISE - 14, 28, RISE + 18);
    }
  }
}

/** The incident whose pin is under a point of the screen. */
export function incidentAt(incidents: readonly IncidentView[], view: View, x: number, y: number): IncidentView | null {
  return incidents.find((one) => {
    const [pinX, pinY] = placeOf(one, view);
    return Math.hypot(pinX - x, pinY - RISE - y) <= RADIUS + 3;
  }) ?? null;
}

function placeOf(incident: IncidentView, view: View): readonly [number, number] {
  return [screenX(view, worldX(incident.longitude_deg)), screenY(view, worldY(incident.latitude_deg))];
}

function drawPin(context: CanvasRenderingContext2D, x: number, y: number, { state, incident }: IncidentView, lettered: boolean): void {
  const open = state === "open";
  const colour = `rgb(${incident === "warning" || incident === "crash" ? ink.alerted : ink.launch})`;
  const radius = lettered ? RADIUS : 5;
  context.beginPath();
  context.moveTo(x, y);
  context.arc(x, y - RISE, radius, 0.25 * Math.PI, 0.75 * Math.PI, true);
  context.closePath();
  context.lineWidth = 4;
  context.strokeStyle = ink.outline;
  context.stroke();
  context.fillStyle = open ? colour : `rgba(${ink.halo}, 0.9)`;
  context.fill();
  context.lineWidth = 1.75;
  context.strokeStyle = colour;
  context.setLineDash(open ? [] : [3, 2]);
  context.stroke();
  context.setLineDash([]);
  if (!lettered) return;
  context.font = FONT;
  context.textAlign = "center";
  context.fillStyle = open ? `rgb(${ink.halo})` : colour;
  context.fillText(LETTERS[incident], x, y - RISE + 4);
}

function drawTime(context: CanvasRenderingContext2D, x: number, y: number, { opened_ns }: IncidentView): void {
  const words = `${clockTime(opened_ns / 1e6).slice(0, 5)}Z`;
  context.font = SMALL;
  context.textAlign = "left";
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = `rgba(${ink.halo}, 0.9)`;
  context.strokeText(words, x + RADIUS + 4, y - RISE + 4);
  context.fillStyle = `rgb(${ink.labels[0]})`;
  context.fillText(words, x + RADIUS + 4, y - RISE + 4);
}
