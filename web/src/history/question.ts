// What an analyst asks for, in the address and to the node. Pure.
import { CLASSES } from "../track/identity.ts";

export const WHATS = ["tracks", "alert", "warning", "report", "sighting", "interference", "closure", "lost"] as const;
export type What = (typeof WHATS)[number];
export const TRACK_SORTS = [
  "track_id", "first_ns", "last_ns", "class_index", "callsign", "highest_m", "fastest_mps", "threat", "label", "states",
] as const;
export const RECORD_SORTS = ["began", "changed", "level", "state", "text", "track", "label"] as const;
export type Sort = (typeof TRACK_SORTS)[number] | (typeof RECORD_SORTS)[number];
/** What is sorted by words begins with A; all else with the newest, highest, worst. */
const UPWARD_FIRST: readonly Sort[] = ["callsign", "state", "text"];
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
  /** The page begins after this place; "": it does not. */
  readonly after: string;
  /** The page ends before this place; "": it does not. Without either it is the first. */
  readonly before: string;
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
    after: "",
    before: "",
    chosen: null,
  };
}

const NAMES = ["what", "from", "until", "class", "zone", "area", "marking", "by", "sort", "after", "before", "plot"] as const;

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
  const what = one("what", WHATS) ?? blank.what;
  const upward = one("sort", sortsOf(what));
  const downward = sortsOf(what).find((sort) => `-${sort}` === query.get("sort"));
  const after = query.get("after") ?? "";
  const whole = (name: string): number => (/^\d{1,15}$/.test(query.get(name) ?? "") ? Number(query.get(name)) : 0);
  return {
    what,
    fromMs: time("from", blank.fromMs),
    untilMs: time("until", blank.untilMs),
    className: one("class", [...CLASSES, "none"]) ?? "",
    zone: query.get("zone") ?? "",
    area: readArea(query.get("area") ?? ""),
    classification: one("marking", CLASSIFICATIONS) ?? "",
    originator: query.get("by") ?? "",
    sort: upward ?? downward ?? usualSort(what),
    descending: upward === undefined,
    after,
    before: after ? "" : (query.get("before") ?? ""),
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
  const isUsual = question.sort === usualSort(question.what) && question.descending;
  set("sort", isUsual ? "" : `${question.descending ? "-" : ""}${question.sort}`);
  set("after", question.after);
  set("before", question.before);
  set("plot", question.chosen === null ? "" : String(question.chosen));
  return `?${query}`;
}

/** What can be sorted by where such things are asked for. */
export function sortsOf(what: What): readonly Sort[] {
  return what === "tracks" ? TRACK_SORTS : RECORD_SORTS;
}

/** What is sorted by, downward, unless somebody says otherwise. */
export function usualSort(what: What): Sort {
  return what === "tracks" ? "last_ns" : "changed";
}

/** The question sorted by a column, or the other way round where it is already; from the first page on. */
export function sortedBy(question: Question, sort: Sort): Question {
  const descending = question.sort === sort ? !question.descending : !UPWARD_FIRST.includes(sort);
  return firstPage({ ...question, sort, descending });
}

/** What is asked for, whatever its order and page and the track that is plotted: what was counted of it stays true. */
export function inAnyOrder(question: Question): string {
  return JSON.stringify({ ...firstPage(question), sort: "", descending: true, chosen: null });
}

/** What the form asks for, in the order that is on the page where there is such; what is plotted stays with its question. */
export function inOrderOf(draft: Question, shown: Question): Question {
  const { sort, descending } = shown;
  const order = sortsOf(draft.what).includes(sort) ? { sort, descending } : { sort: usualSort(draft.what), descending: true };
  const chosen = inAnyOrder(draft) === inAnyOrder(shown) ? shown.chosen : null;
  return firstPage({ ...draft, ...order, chosen });
}

export function firstPage(question: Question): Question {
  return { ...question, after: "", before: "" };
}

/** Adds order and page to what the node is asked. */
export function pagedBy(query: URLSearchParams, question: Question): URLSearchParams {
  sortBy(query, question);
  query.set("limit", String(PAGE_ROWS));
  if (question.after) query.set("after", question.after);
  else if (question.before) query.set("before", question.before);
  return query;
}

function sortBy(query: URLSearchParams, question: Question): void {
  query.set("sort", question.sort);
  query.set("descending", String(question.descending));
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
  if (paged) return pagedBy(query, question);
  sortBy(query, question);
  return query;
}

/** Steps that a time is counted in: not more than fits a screen. */
export function stepOf(fromMs: number, untilMs: number): "minutes" | "hour" | "day" {
  const hours = (untilMs - fromMs) / HOUR_MS;
  return hours <= 6 ? "minutes" : hours <= 96 ? "hour" : "day";
}

/** Typed, not picked: a browser's own calendar writes times as its country does, and here they are UTC. */
export const TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}";

/** A time as it is typed: 2026-09-21 16:00, UTC. */
export function inputTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}

/** The moment that was typed; none: no calendar has it, such as a 31st of November, which browsers take for the next day. */
export function timeOfInput(text: string): number | null {
  const typed = text.trim();
  const ms = Date.parse(`${typed.replace(" ", "T")}Z`);
  return Number.isNaN(ms) || inputTime(ms) !== typed ? null : ms;
}
