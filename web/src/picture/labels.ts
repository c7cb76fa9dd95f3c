// Names beside tracks: text on its own canvas above the symbols.
import { ink } from "../theme/inks.ts";
import { Threat, type Tracks } from "../track/tracks.ts";
import { screenX, screenY, type View } from "./projection.ts";
import { wipe } from "./wipe.ts";

const FONT = '600 12px "Inter Variable", sans-serif';
const SMALL = '11px "Inter Variable", sans-serif';
const OFFSET = 24;

const WIDTH = 104;
const HEIGHT = 28;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Writes the names of rows, the first rows first; a name that would cover another is left out, an alerted one never. */
export function drawLabels(
  context: CanvasRenderingContext2D,
  view: View,
  tracks: Tracks,
  rows: readonly number[],
): void {
  wipe(context, view.width, view.height);
  context.textAlign = "left";
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = `rgba(${ink.halo}, 0.85)`;
  const taken: Box[] = [];
  for (const row of rows) {
    const x = screenX(view, tracks.x[row]!) + OFFSET;
    const y = screenY(view, tracks.y[row]!);
    const box = { left: x - 2, top: y - HEIGHT / 2, right: x + WIDTH, bottom: y + HEIGHT / 2 };
    if (tracks.threat[row] === Threat.none && taken.some((other) => overlap(box, other))) continue;
    taken.push(box);
    context.fillStyle = `rgb(${ink.labels[tracks.threat[row] ?? Threat.none] ?? ink.labels[0]})`;
    context.font = FONT;
    write(context, tracks.title(tracks.id[row]!), x, y - 2);
    context.font = SMALL;
    write(context, describe(tracks, row), x, y + 11);
  }
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function write(context: CanvasRenderingContext2D, text: string, x: number, y: number): void {
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

/** Altitude in metres and speed in km/h, the two numbers that tell a drone from an airliner. */
function describe(tracks: Tracks, row: number): string {
  const altitude = tracks.altitudeM[row]!;
  const speed = Math.round(3.6 * tracks.speedMps[row]!);
  return `${Number.isNaN(altitude) ? "–" : Math.round(altitude)} m  ${speed} km/h`;
}
