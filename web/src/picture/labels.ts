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
/** Half of the ring or diamond around an alerted track. */
const RING = 25;
/** Of more alerted tracks in sight than this no name finds a better side. */
const MOST_MOVED = 60;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A name: where its text is anchored, and what it covers. */
export interface Label extends Box {
  readonly row: number;
  readonly x: number;
  readonly y: number;
  readonly align: "left" | "right" | "center";
}

/** Writes the names of rows, the first rows first. */
export function drawLabels(
  context: CanvasRenderingContext2D,
  view: View,
  tracks: Tracks,
  rows: readonly number[],
): void {
  wipe(context, view.width, view.height);
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = `rgba(${ink.halo}, 0.85)`;
  for (const { row, x, y, align } of placeLabels(view, tracks, rows)) {
    context.textAlign = align;
    context.fillStyle = `rgb(${ink.labels[tracks.threat[row] ?? Threat.none] ?? ink.labels[0]})`;
    context.font = FONT;
    write(context, tracks.title(tracks.id[row]!), x, y - 2);
    context.font = SMALL;
    write(context, describe(tracks, row), x, y + 11);
  }
}

/**
 * Finds where the names of rows stand: right of the symbol. A name that would cover another, or an alerted track, is
 * left out; that of an alerted track never, it goes to another side: two heights in one line of digits are misread.
 */
export function placeLabels(view: View, tracks: Tracks, rows: readonly number[]): Label[] {
  const alerted = rows.filter((row) => tracks.threat[row] !== Threat.none);
  const isCrowded = alerted.length > MOST_MOVED;
  const rings = isCrowded ? [] : alerted.map((row) => ringOf(view, tracks, row));
  const placed: Label[] = [];
  const isFree = (label: Label): boolean =>
    !placed.some((other) => overlap(label, other)) && !rings.some((ring) => ring.row !== label.row && overlap(label, ring));
  for (const row of rows) {
    const sides = sidesOf(view, tracks, row);
    const isAlerted = tracks.threat[row] !== Threat.none;
    const label = isAlerted ? ((isCrowded ? undefined : sides.find(isFree)) ?? sides[0]) : sides.slice(0, 1).find(isFree);
    if (label) placed.push(label);
  }
  return placed;
}

function ringOf(view: View, tracks: Tracks, row: number): Box & { readonly row: number } {
  const [x, y] = [screenX(view, tracks.x[row]!), screenY(view, tracks.y[row]!)];
  return { row, left: x - RING, top: y - RING, right: x + RING, bottom: y + RING };
}

/** Right, left, below and above of a symbol, the best first. */
function sidesOf(view: View, tracks: Tracks, row: number): Label[] {
  const [x, y] = [screenX(view, tracks.x[row]!), screenY(view, tracks.y[row]!)];
  const beside = { row, y, top: y - HEIGHT / 2, bottom: y + HEIGHT / 2 };
  const over = (middle: number): Label => ({
    row, x, y: middle, align: "center",
    left: x - WIDTH / 2, right: x + WIDTH / 2, top: middle - HEIGHT / 2, bottom: middle + HEIGHT / 2,
  });
  return [
    { ...beside, x: x + OFFSET, align: "left", left: x + OFFSET - 2, right: x + OFFSET + WIDTH },
    { ...beside, x: x - OFFSET, align: "right", left: x - OFFSET - WIDTH, right: x - OFFSET + 2 },
    over(y + RING + HEIGHT / 2),
    over(y - RING - HEIGHT / 2),
  ];
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
