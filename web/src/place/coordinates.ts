// Positions in words: decimal degrees, degrees with minutes, with seconds, and MGRS; any of them read.
import { fromMgrs, toMgrs } from "./mgrs.ts";

/** The first is what a display starts with. */
export const FORMATS = ["dd", "dmm", "dms", "mgrs"] as const;
export type PositionFormat = (typeof FORMATS)[number];

export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

/** Letters of the halves of the earth: N E S W, and the Lithuanian Š R P V. */
const HEMISPHERES: Readonly<Record<string, readonly ["latitude" | "longitude", 1 | -1]>> = {
  N: ["latitude", 1],
  Š: ["latitude", 1],
  S: ["latitude", -1],
  P: ["latitude", -1],
  E: ["longitude", 1],
  R: ["longitude", 1],
  W: ["longitude", -1],
  V: ["longitude", -1],
};

/** Says a position, degrees WGS84, for people. */
export function sayPosition({ latitude, longitude }: Position, format: PositionFormat): string {
  if (format === "mgrs") return toMgrs(latitude, longitude) ?? "–";
  const say = { dd: sayDecimal, dmm: sayMinutes, dms: saySeconds }[format];
  return `${say(Math.abs(latitude))} ${latitude < 0 ? "S" : "N"} ${say(Math.abs(longitude))} ${longitude < 0 ? "W" : "E"}`;
}

function sayDecimal(degrees: number): string {
  return `${degrees.toFixed(4)}°`;
}

/** Thousandths of a minute are 1.9 m of latitude. */
function sayMinutes(degrees: number): string {
  const thousandths = Math.round(degrees * 60_000);
  return `${Math.floor(thousandths / 60_000)}° ${padded((thousandths % 60_000) / 1000, 3)}′`;
}

/** Tenths of a second are 3.1 m of latitude. */
function saySeconds(degrees: number): string {
  const tenths = Math.round(degrees * 36_000);
  const minutes = Math.floor((tenths % 36_000) / 600);
  return `${Math.floor(tenths / 36_000)}° ${String(minutes).padStart(2, "0")}′ ${padded((tenths % 600) / 10, 1)}″`;
}

function padded(value: number, decimals: number): string {
  return value.toFixed(decimals).padStart(decimals + 3, "0");
}

/** Reads a position in any of the formats, latitude first unless letters say otherwise; none: it is no position. */
export function readPosition(text: string): Position | null {
  return readMgrs(text) ?? readDegrees(text);
}

function readMgrs(text: string): Position | null {
  const place = fromMgrs(text);
  return place && { latitude: place[1], longitude: place[0] };
}

function readDegrees(text: string): Position | null {
  const parts = text
    .toUpperCase()
    .replace(/[º˚]/g, "°")
    .replace(/''|[″”“]/g, '"')
    .replace(/[′’‘]/g, "'");
  const tokens = withDecimalPoints(parts).match(/[NSEWŠPRV]|[+-]?\d+(?:\.\d+)?|[^\s,;°'"]/g) ?? [];
  const halves = splitHalves(tokens);
  if (!halves) return null;
  const position: Record<"latitude" | "longitude", number> = { latitude: NaN, longitude: NaN };
  for (const [letter, numbers] of halves) {
    const [axis, sign] = HEMISPHERES[letter]!;
    position[axis] = sign * degreesOf(numbers);
  }
  return inRange(position);
}

/** Where two numbers hold a comma between digits and nothing holds a point, commas are decimal, as in Lithuanian. */
function withDecimalPoints(text: string): string {
  const inside = text.match(/\d,\d/g) ?? [];
  return !text.includes(".") && inside.length >= 2 ? text.replace(/(\d),(\d)/g, "$1.$2") : text;
}

/** The two halves with their letters; without letters the first half is latitude. */
function splitHalves(tokens: readonly string[]): [string, number[]][] | null {
  const isLetter = (token: string): boolean => token in HEMISPHERES;
  const letters = tokens.filter(isLetter);
  const numbers = tokens.filter((token) => !isLetter(token)).map(Number);
  if (numbers.some(Number.isNaN)) return null;
  if (letters.length === 0) {
    const middle = numbers.length / 2;
    if (![1, 2, 3].includes(middle)) return null;
    return [["N", numbers.slice(0, middle)], ["E", numbers.slice(middle)]];
  }
  if (letters.length !== 2 || (isLetter(tokens[0]!) === isLetter(tokens.at(-1)!))) return null;
  const leads = isLetter(tokens[0]!);
  const second = leads ? tokens.findIndex((token, i) => i > 0 && isLetter(token)) : tokens.findIndex(isLetter) + 1;
  const half = (part: readonly string[]): [string, number[]] => [
    part.find(isLetter)!,
    part.filter((token) => !isLetter(token)).map(Number),
  ];
  return [half(tokens.slice(0, second)), half(tokens.slice(second))];
}

/** Degrees out of degrees, minutes and seconds; only the last may be broken, minutes and seconds are under 60. */
function degreesOf(numbers: readonly number[]): number {
  const [degrees = NaN, minutes = 0, seconds = 0] = numbers;
  const wholeButLast = numbers.slice(0, -1).every(Number.isInteger);
  const rest = [minutes, seconds].every((part) => part >= 0 && part < 60);
  if (numbers.length === 0 || numbers.length > 3 || !wholeButLast || !rest) return NaN;
  const sign = degrees < 0 || Object.is(degrees, -0) ? -1 : 1;
  return sign * (Math.abs(degrees) + minutes / 60 + seconds / 3600);
}

function inRange(position: Position): Position | null {
  return Math.abs(position.latitude) <= 90 && Math.abs(position.longitude) <= 180 ? position : null;
}
