// Measures on the map: shortest ways with distance and bearing, ends, rings.
import { figures } from "../language/current.svelte.ts";
import { sayBearing } from "../language/figures.ts";
import type { Position } from "../place/coordinates.ts";
import { screenX, screenY, worldX, worldY, type View } from "../picture/projection.ts";
import { ink } from "../theme/inks.ts";
import { lineOf, ringOf, RINGS, sayDistance, type Leg, type StandingEnd } from "./legs.ts";

const FONT = '600 12px "Inter Variable", sans-serif';

export function drawMeasure(
  context: CanvasRenderingContext2D,
  view: View,
  ends: readonly (StandingEnd | null)[],
  legs: readonly Leg[],
  ringStepM: number | null,
): void {
  context.font = FONT;
  context.textAlign = "center";
  context.lineWidth = 1.75;
  context.strokeStyle = `rgb(${ink.tool})`;
  for (const leg of legs) {
    const line = lineOf(leg);
    strokeThrough(context, view, line);
    const middle = line[line.length >> 1]!;
    write(context, view, middle, `${figures(sayDistance(leg.distanceM))}  ${sayBearing(leg.bearingDeg)}`, -8);
  }
  const [centre] = ends;
  if (centre && ringStepM !== null) drawRings(context, view, centre, ringStepM);
  for (const end of ends.filter((one) => one !== null)) {
    context.beginPath();
    context.arc(screenX(view, worldX(end.longitude)), screenY(view, worldY(end.latitude)), 5, 0, 2 * Math.PI);
    context.stroke();
  }
}

function drawRings(context: CanvasRenderingContext2D, view: View, centre: Position, stepM: number): void {
  context.lineWidth = 1;
  for (let ring = 1; ring <= RINGS; ring++) {
    const corners = ringOf(centre, ring * stepM);
    strokeThrough(context, view, [...corners, corners[0]!]);
    write(context, view, corners[0]!, figures(`${Number(((ring * stepM) / 1000).toFixed(2))} km`), -4);
  }
}

export function strokeThrough(context: CanvasRenderingContext2D, view: View, places: readonly Position[]): void {
  context.beginPath();
  places.forEach(({ latitude, longitude }, i) => {
    const [x, y] = [screenX(view, worldX(longitude)), screenY(view, worldY(latitude))];
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.stroke();
}

function write(context: CanvasRenderingContext2D, view: View, place: Position, text: string, lift: number): void {
  const [x, y] = [screenX(view, worldX(place.longitude)), screenY(view, worldY(place.latitude)) + lift];
  context.save();
  context.lineWidth = 3;
  context.strokeStyle = `rgba(${ink.halo}, 0.85)`;
  context.strokeText(text, x, y);
  context.fillStyle = `rgb(${ink.tool})`;
  context.fillText(text, x, y);
  context.restore();
}
