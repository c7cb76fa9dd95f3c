// The APP-6E symbols of units: drawn once for each role and theme, copied from there.
import ms from "milsymbol";
import type { Unit } from "../generated/messages.ts";
import { currentTheme } from "../theme/current.svelte.ts";
import { ink } from "../theme/inks.ts";
import { tint } from "../theme/tint.ts";
import { unitCode } from "./codes.ts";

const SIZE = 26;
const drawn = new Map<string, Symbol>();

export interface Symbol {
  readonly picture: HTMLCanvasElement;
  /** Pixels of the screen: width, height, and where in it the place is. */
  readonly width: number;
  readonly height: number;
  readonly anchor: { readonly x: number; readonly y: number };
}

export function unitSymbol(role: Unit["role"]): Symbol {
  const key = `${currentTheme()} ${role}`;
  const found = drawn.get(key);
  if (found) return found;
  const made = new ms.Symbol(unitCode(role), {
    size: 2 * SIZE,
    civilianColor: false,
    fillColor: ink.fills[3] ?? "",
    outlineColor: ink.outline,
    outlineWidth: 4,
    infoFields: false,
  });
  const picture = made.asCanvas();
  tint(picture.getContext("2d")!);
  const anchor = made.getAnchor();
  const symbol = { picture, width: picture.width / 2, height: picture.height / 2, anchor: { x: anchor.x / 2, y: anchor.y / 2 } };
  drawn.set(key, symbol);
  return symbol;
}
