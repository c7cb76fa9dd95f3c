// All symbols drawn once into one canvas; the renderers copy cells from it.
import ms from "milsymbol";
import { ink } from "../theme/inks.ts";
import { AFFILIATIONS, symbolCode, TYPES } from "./symbols.ts";

/** Cell edge in CSS pixels at which a symbol is drawn into the atlas; sprites are scaled from it. */
export const CELL = 48;
const COLUMNS = TYPES;
const ROWS = 2 * AFFILIATIONS + 3;
const MARK_ROW = 2 * AFFILIATIONS;

export type Mark = "selected" | "focused" | "advisory" | "critical" | "check";
const MARKS: readonly Mark[] = ["selected", "focused", "advisory", "critical", "check"];

export interface Atlas {
  readonly canvas: HTMLCanvasElement;
  readonly cellPixels: number;
  readonly columns: number;
  readonly rows: number;
}

export function symbolCell(affiliation: number, type: number, simulated: boolean): number {
  return (affiliation + (simulated ? AFFILIATIONS : 0)) * COLUMNS + type;
}

export function frameCell(affiliation: number, simulated: boolean): number {
  return (MARK_ROW + (simulated ? 2 : 0)) * COLUMNS + affiliation;
}

export function dotCell(affiliation: number): number {
  return (MARK_ROW + 1) * COLUMNS + affiliation;
}

export function markCell(mark: Mark): number {
  const place = MARKS.indexOf(mark);
  return place < COLUMNS - AFFILIATIONS
    ? MARK_ROW * COLUMNS + AFFILIATIONS + place
    : (MARK_ROW + 1) * COLUMNS + AFFILIATIONS + place;
}

interface Symbol {
  readonly picture: HTMLCanvasElement;
  readonly anchor: { readonly x: number; readonly y: number };
}
/** By code: several types share one, and a symbol takes long to make and no time to copy. */
type Made = Map<string, Symbol>;

/** Draws the atlas for a display's pixel ratio. */
export function drawAtlas(pixelRatio: number): Atlas {
  const made: Made = new Map();
  const cellPixels = Math.round(CELL * Math.min(Math.max(pixelRatio, 1), 2));
  const canvas = document.createElement("canvas");
  canvas.width = COLUMNS * cellPixels;
  canvas.height = ROWS * cellPixels;
  const context = canvas.getContext("2d")!;
  const inCell = (cell: number, draw: () => void): void => {
    context.save();
    context.translate((cell % COLUMNS) * cellPixels, Math.floor(cell / COLUMNS) * cellPixels);
    context.translate(cellPixels / 2, cellPixels / 2);
    context.scale(cellPixels / CELL, cellPixels / CELL);
    draw();
    context.restore();
  };
  for (let affiliation = 0; affiliation < AFFILIATIONS; affiliation++) {
    for (let type = 0; type < TYPES; type++) {
      for (const simulated of [false, true]) {
        inCell(symbolCell(affiliation, type, simulated), () => drawSymbol(context, affiliation, type, simulated, made));
      }
    }
    for (const simulated of [false, true]) {
      inCell(frameCell(affiliation, simulated), () => drawSymbol(context, affiliation, 0, simulated, made));
    }
    inCell(dotCell(affiliation), () => drawDot(context, affiliation));
  }
  if (ink.tint) multiply(context, ink.tint);
  for (const mark of MARKS) inCell(markCell(mark), () => drawMark(context, mark));
  return { canvas, cellPixels, columns: COLUMNS, rows: ROWS };
}

/** Multiplies what is drawn with a colour; what is empty stays empty. */
function multiply(context: CanvasRenderingContext2D, colour: string): void {
  const { width, height } = context.canvas;
  const shape = new OffscreenCanvas(width, height);
  shape.getContext("2d")!.drawImage(context.canvas, 0, 0);
  context.save();
  context.globalCompositeOperation = "multiply";
  context.fillStyle = colour;
  context.fillRect(0, 0, width, height);
  context.globalCompositeOperation = "destination-in";
  context.drawImage(shape, 0, 0);
  context.restore();
}

function drawSymbol(context: CanvasRenderingContext2D, affiliation: number, type: number, simulated: boolean, made: Made): void {
  const code = symbolCode(affiliation, type, simulated);
  const symbol = made.get(code) ?? makeSymbol(code, ink.fills[affiliation] ?? ink.fills[1]!);
  made.set(code, symbol);
  const { picture, anchor } = symbol;
  const scale = 34 / 90;
  context.drawImage(picture, -anchor.x * scale, -anchor.y * scale, picture.width * scale, picture.height * scale);
  if (simulated) drawBadge(context);
}

function makeSymbol(code: string, colour: string): Symbol {
  const symbol = new ms.Symbol(code, {
    size: 60,
    civilianColor: false,
    fillColor: colour,
    outlineColor: ink.outline,
    outlineWidth: 5,
    infoFields: false,
  });
  return { picture: symbol.asCanvas(), anchor: symbol.getAnchor() };
}

/** The mark of what is simulated: the code's own letter is too small to see. */
function drawBadge(context: CanvasRenderingContext2D): void {
  context.beginPath();
  context.arc(15, -12, 5, 0, 2 * Math.PI);
  context.fillStyle = ink.simulated;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = ink.outline;
  context.stroke();
}

function drawDot(context: CanvasRenderingContext2D, affiliation: number): void {
  context.beginPath();
  context.arc(0, 0, 15, 0, 2 * Math.PI);
  context.fillStyle = ink.fills[affiliation] ?? ink.fills[1];
  context.fill();
  context.lineWidth = 5;
  context.strokeStyle = ink.outline;
  context.stroke();
}

function drawMark(context: CanvasRenderingContext2D, mark: Mark): void {
  if (mark === "check") {
    context.fillStyle = "rgb(255, 0, 255)";
    context.fillRect(-CELL / 4, -CELL / 4, CELL / 2, CELL / 2); // clear of the cells beside it, into which it would bleed
    return;
  }
  context.strokeStyle = ink.marks[mark];
  context.lineWidth = mark === "critical" ? 4 : 2.5;
  context.beginPath();
  if (mark === "advisory") strokeDiamond(context);
  else if (mark === "critical") context.arc(0, 0, 20, 0, 2 * Math.PI);
  else strokeCorners(context);
  context.stroke();
}

function strokeDiamond(context: CanvasRenderingContext2D): void {
  context.moveTo(0, -22);
  context.lineTo(22, 0);
  context.lineTo(0, 22);
  context.lineTo(-22, 0);
  context.closePath();
}

function strokeCorners(context: CanvasRenderingContext2D): void {
  for (const [x, y] of [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ] as const) {
    context.moveTo(21 * x, 12 * y);
    context.lineTo(21 * x, 21 * y);
    context.lineTo(12 * x, 21 * y);
  }
}
