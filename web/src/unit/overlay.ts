// Units on the map: dots from afar, symbols, then names.
import type { Unit } from "../generated/messages.ts";
import type { View } from "../picture/projection.ts";
import { ink } from "../theme/inks.ts";
import { placeOf } from "./pick.ts";
import { unitSymbol } from "./symbols.ts";
import { isDoubted } from "./units.ts";

const SYMBOLS_ZOOM = 6;
const NAMES_ZOOM = 8;
const FONT = '600 11px "Inter Variable", sans-serif';

export interface UnitsShown {
  readonly units: readonly Unit[];
  /** Unit the operator looks at; none: null. */
  readonly chosen: string | null;
  readonly nowMs: number;
}

export function drawUnits(context: CanvasRenderingContext2D, view: View, { units, chosen, nowMs }: UnitsShown): void {
  const zoom = Math.log2(view.scale / 512);
  for (const unit of units) {
    const [x, y] = placeOf(unit, view);
    if (x < -40 || y < -40 || x > view.width + 40 || y > view.height + 40) continue;
    context.globalAlpha = unit.state === "ready" ? 1 : 0.6;
    if (zoom < SYMBOLS_ZOOM && unit.unit_id !== chosen) drawDot(context, x, y);
    else drawSymbol(context, x, y, unit, nowMs);
    context.globalAlpha = 1;
    if (unit.unit_id === chosen) ring(context, x, y);
    if (zoom >= NAMES_ZOOM || unit.unit_id === chosen) name(context, x, y, unit.name);
  }
}

/** A square: no track is one. */
function drawDot(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.fillStyle = ink.fills[3] ?? "";
  context.strokeStyle = ink.outline;
  context.lineWidth = 2;
  context.strokeRect(x - 3.5, y - 3.5, 7, 7);
  context.fillRect(x - 3.5, y - 3.5, 7, 7);
}

function drawSymbol(context: CanvasRenderingContext2D, x: number, y: number, unit: Unit, nowMs: number): void {
  const { picture, width, height, anchor } = unitSymbol(unit.role);
  context.drawImage(picture, x - anchor.x, y - anchor.y, width, height);
  if (unit.state === "unavailable") cross(context, x, y);
  if (isDoubted(unit, nowMs)) text(context, x + 20, y - 8, "?");
}

function cross(context: CanvasRenderingContext2D, x: number, y: number): void {
  for (const [colour, width] of [[ink.outline, 5], [`rgb(${ink.alerted})`, 2.5]] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x - 15, y - 11);
    context.lineTo(x + 15, y + 11);
    context.moveTo(x + 15, y - 11);
    context.lineTo(x - 15, y + 11);
    context.stroke();
  }
}

function ring(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.strokeStyle = ink.marks.selected;
  context.lineWidth = 2;
  context.strokeRect(x - 22, y - 18, 44, 36);
}

function name(context: CanvasRenderingContext2D, x: number, y: number, words: string): void {
  context.textAlign = "center";
  text(context, x, y + 28, words);
}

function text(context: CanvasRenderingContext2D, x: number, y: number, words: string): void {
  context.font = FONT;
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = `rgba(${ink.halo}, 0.9)`;
  context.strokeText(words, x, y);
  context.fillStyle = `rgb(${ink.labels[0]})`;
  context.fillText(words, x, y);
}
