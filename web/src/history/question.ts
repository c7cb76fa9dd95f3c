// What an analyst asks for, in the address and to the node. Pure.
import { CLASSES } from "../track/identity.ts";

export const WHATS = ["tracks", "alert", "warning", "report", "sighting", "interference", "closure", "lost"] as const;
export type What = (typeof WHATS)[number];
export const SORTS = ["track_id", "first_ns", "last_ns", "class_index", "highest_m", "fastest_mps", "states"] as const;
export type Sort = (typeof SORTS)[number];
export const CLASSIFICATIONS = ["unclassified", "restricted", "confidential", "secret"] as const;
export type Corner = readonly [number, number];

export interface Question {
  readonly what: What;
  readonly fromMs: number;
  readonly untilMs: number;
  /** "" any, "none" held for nothing. */
  readonly className: string;
  readonly zone: string;
  /** Corners lon, lat: two are a box, more an area. */
  readonly area: readonly Corner[];
  readonly classification: string;
  readonly originator: string;
  readonly sort: Sort;
  readonly descending: boolean;
  readonly page: number;
  /** The track whose plots are shown. */
  readonly chosen: number | null;
}

export const PAGE_ROWS = 100;
export const HOUR_MS = 3_600_000;

export function blankQuestion(nowMs: number): Question {
  return {
    what: "tracks",
    fromMs: nowMs - 6 * HOUR_MS,
    untilMs: nowMs,
    className: "",
    zone: "",
    area: [],
    classification: "",
    originator: "",
    sort: "last_ns",
    descending: true,
    page: 0,
    chosen: null,
  };
}

const NAMES = ["what", "from", "until", "class", "zone", "area", "marking", "by", "sort", "page", "plot"] as const;

/** The question that an address asks; where it asks none, that of the last six hours. */
export function readQuestion(search: string, nowMs: number): Question {
  const query = new URLSearchParams(search);
  const blank = blankQuestion(nowMs);
  const one = <T extends string>(name: string, values: readonly T[]): T | undefined =>
    values.find((value) => value === query.get(name));
  const time = (name: string, otherwise: number): number => {
    const ms = Date.parse(query.get(name) ?? "");
    return Number.isNaN(ms) ? otherwise : ms;
  };
  const downward = SORTS.find((sort) => `-${sort}` === query.get("sort"));
  const whole = (name: string): number => (/^\d{1,15}$/.test(query.get(name) ?? "") ? Number(query.get(name)) : 0);
  return {
    what: one("what", WHATS) ?? blank.what,
    fromMs: time("from", blank.fromMs),
    untilMs: time("until", blank.untilMs),
    className: one("class", [...CLASSES, "none"]) ?? "",
    zone: query.get("zone") ?? "",
    area: readArea(query.get("area") ?? ""),
    classification: one("marking", CLASSIFICATIONS) ?? "",
    originator: query.get("by") ?? "",
    sort: one("sort", SORTS) ?? downward ?? blank.sort,
    descending: one("sort", SORTS) === undefined,
    page: whole("page"),
    chosen: whole("plot") || null,
  };
}

/** Writes a question into an address, keeping what else stands in it. */
export function writeQuestion(search: string, question: Question): string {
  const query = new URLSearchParams(search);
  for (const name of NAMES) query.delete(name);
  const set = (name: (typeof NAMES)[number], value: string): void => {
    if (value) query.set(name, value);
  };
  set("what", question.what === "tracks" ? "" : question.what);
  set("from", new Date(question.fromMs).toISOString());
  set("until", new Date(question.untilMs).toISOString());
  set("class", question.className);
  set("zone", question.zone);
  set("area", writeArea(question.area));
  set("marking", question.classification);
  set("by", question.originator);
  const isUsual = question.sort === "last_ns" && question.descending;
  set("sort", isUsual ? "" : `${question.descending ? "-" : ""}${question.sort}`);
  set("page", question.page ? String(question.page) : "");
  set("plot", question.chosen === null ? "" : String(question.chosen));
  return `?${query}`;
}

/** Takes what belongs to a question out of an address. */
export function withoutQuestion(search: string): string {
  const query = new URLSearchParams(search);
  for (const name of NAMES) query.delete(name);
  return `?${query}`;
}

function readArea(text: string): Corner[] {
  const corners = text.split(";").map((corner) => corner.split(",").map(Number));
  const isWhole = corners.every((corner) => corner.length === 2 && corner.every((part) => Number.isFinite(part)));
  return text && isWhole ? corners.map(([lon, lat]) => [lon!, lat!] as const) : [];
}

export function writeArea(area: readonly Corner[]): string {
  return area.map(([lon, lat]) => `${round(lon)},${round(lat)}`).join(";");
}

function round(degrees: number): string {
  return String(Math.round(degrees * 1e4) / 1e4);
}

/** What narrows a question, as the node takes it; one corner is no area yet. */
export function narrowedBy(question: Question): URLSearchParams {
  const query = new URLSearchParams({ from_ms: String(question.fromMs), until_ms: String(question.untilMs) });
  if (question.zone) query.set("zone", question.zone);
  else if (question.area.length === 2) {
    const [a, b] = question.area as [Corner, Corner];
    const box = [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])];
    query.set("box", box.map(round).join(","));
  } else if (question.area.length > 2) query.set("ring", writeArea(question.area));
  if (question.classification) query.set("classification", question.classification);
  if (question.originator) query.set("originator", question.originator);
  return query;
}

/** The question for tracks, sorted; with a page of them, or all for a file. */
export function tracksBy(question: Question, paged: boolean): URLSearchParams {
  const query = narrowedBy(question);
  if (question.className) query.set("class_name", question.className);
  query.set("sort", question.sort);
  query.set("descending", String(question.descending));
  if (paged) {
    query.set("limit", String(PAGE_ROWS));
    query.set("offset", String(question.page * PAGE_ROWS));
  }
  return query;
}

/** Steps that a time is counted in: not more than fits a screen. */
export function stepOf(fromMs: number, untilMs: number): "minutes" | "hour" | "day" {
  const hours = (untilMs - fromMs) / HOUR_MS;
  return hours <= 6 ? "minutes" : hours <= 96 ? "hour" : "day";
}

/** A time as it is typed: 2026-09-21 16:00, UTC. */
export function inputTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}

export function timeOfInput(text: string): number | null {
  const ms = Date.parse(`${text.trim().replace(" ", "T")}Z`);
  return Number.isNaN(ms) ? null : ms;
}
