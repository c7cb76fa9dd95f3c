// Symbols in one canvas, each drawn when it is first wanted; the renderers copy cells from it.
import ms from "milsymbol";
import { ink } from "../theme/inks.ts";
import { tint } from "../theme/tint.ts";
import { SPRITE_FLOATS, type Floats } from "./floats.ts";
import { AFFILIATIONS, symbolCode, TYPES } from "./symbols.ts";

/** Cell edge in CSS pixels at which a symbol is drawn into the atlas; sprites are scaled from it. */
export const CELL = 48;
const COLUMNS = TYPES;
const ROWS = 2 * AFFILIATIONS + 3;
const MARK_ROW = 2 * AFFILIATIONS;

export type Mark = "selected" | "focused" | "advisory" | "critical" | "check";
const MARKS: readonly Mark[] = ["selected", "focused", "advisory", "critical", "check"];

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

type Pen = OffscreenCanvasRenderingContext2D;

interface Symbol {
  readonly picture: HTMLCanvasElement;
  readonly anchor: { readonly x: number; readonly y: number };
}

/** The atlas for a display's pixel ratio in the colours of now. To make a symbol takes a millisecond, and a night shows few of them. */
export class Atlas {
  readonly canvas = document.createElement("canvas");
  readonly columns = COLUMNS;
  readonly rows = ROWS;
  readonly cellPixels: number;
  /** Rises when cells were drawn: a copy made before lacks them. */
  revision = 0;
  readonly #context: CanvasRenderingContext2D;
  readonly #isDrawn = new Uint8Array(COLUMNS * ROWS);
  /** By code: several types share one, and a symbol takes long to make and no time to copy. */
  readonly #made = new Map<string, Symbol>();

  constructor(pixelRatio: number) {
    this.cellPixels = Math.round(CELL * Math.min(Math.max(pixelRatio, 1), 2));
    this.canvas.width = COLUMNS * this.cellPixels;
    this.canvas.height = ROWS * this.cellPixels;
    this.#context = this.canvas.getContext("2d")!;
    for (let affiliation = 0; affiliation < AFFILIATIONS; affiliation++) {
      this.#draw(dotCell(affiliation), (pen) => drawDot(pen, affiliation));
    }
    for (const mark of MARKS) this.#draw(markCell(mark), (pen) => drawMark(pen, mark), false);
  }

  /** Draws the cells that sprites show and that are not there yet. */
  complete({ values, length }: Floats): void {
    for (let at = 0; at < length; at += SPRITE_FLOATS) if (!this.#isDrawn[values[at + 2]!]) this.#drawSymbol(values[at + 2]!);
  }

  #drawSymbol(cell: number): void {
    const row = Math.floor(cell / COLUMNS);
    const isFrame = row >= MARK_ROW;
    const affiliation = isFrame ? cell % COLUMNS : row % AFFILIATIONS;
    const simulated = isFrame ? row > MARK_ROW : row >= AFFILIATIONS;
    const code = symbolCode(affiliation, isFrame ? 0 : cell % COLUMNS, simulated);
    const symbol = this.#made.get(code) ?? makeSymbol(code, ink.fills[affiliation] ?? ink.fills[1]!);
    this.#made.set(code, symbol);
    this.#draw(cell, (pen) => copySymbol(pen, symbol, simulated));
  }

  #draw(cell: number, draw: (pen: Pen) => void, tints = true): void {
    const { cellPixels } = this;
    const pen = new OffscreenCanvas(cellPixels, cellPixels).getContext("2d")!;
    pen.translate(cellPixels / 2, cellPixels / 2);
    pen.scale(cellPixels / CELL, cellPixels / CELL);
    draw(pen);
    if (tints) tint(pen);
    this.#context.drawImage(pen.canvas, (cell % COLUMNS) * cellPixels, Math.floor(cell / COLUMNS) * cellPixels);
    this.#isDrawn[cell] = 1;
    this.revision++;
  }
}

function copySymbol(pen: Pen, { picture, anchor }: Symbol, simulated: boolean): void {
  const scale = 34 / 90;
  pen.drawImage(picture, -anchor.x * scale, -anchor.y * scale, picture.width * scale, picture.height * scale);
  if (simulated) drawBadge(pen);
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
function drawBadge(pen: Pen): void {
  pen.beginPath();
  pen.arc(15, -12, 5, 0, 2 * Math.PI);
  pen.fillStyle = ink.simulated;
  pen.fill();
  pen.lineWidth = 2;
  pen.strokeStyle = ink.outline;
  pen.stroke();
}

function drawDot(pen: Pen, affiliation: number): void {
  pen.beginPath();
  pen.arc(0, 0, 15, 0, 2 * Math.PI);
  pen.fillStyle = ink.fills[affiliation] ?? ink.fills[1];
  pen.fill();
  pen.lineWidth = 5;
  pen.strokeStyle = ink.outline;
  pen.stroke();
}

function drawMark(pen: Pen, mark: Mark): void {
  if (mark === "check") {
    pen.fillStyle = "rgb(255, 0, 255)";
    pen.fillRect(-CELL / 4, -CELL / 4, CELL / 2, CELL / 2); // clear of the cells beside it, into which it would bleed
    return;
  }
  pen.strokeStyle = ink.marks[mark];
  pen.lineWidth = mark === "critical" ? 4 : 2.5;
  pen.beginPath();
  if (mark === "advisory") strokeDiamond(pen);
  else if (mark === "critical") pen.arc(0, 0, 20, 0, 2 * Math.PI);
  else strokeCorners(pen);
  pen.stroke();
}

function strokeDiamond(pen: Pen): void {
  pen.moveTo(0, -22);
  pen.lineTo(22, 0);
  pen.lineTo(0, 22);
  pen.lineTo(-22, 0);
  pen.closePath();
}

function strokeCorners(pen: Pen): void {
  for (const [x, y] of [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ] as const) {
    pen.moveTo(21 * x, 12 * y);
    pen.lineTo(21 * x, 21 * y);
    pen.lineTo(12 * x, 21 * y);
  }
}
