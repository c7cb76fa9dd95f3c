// Times as operators read them. Nothing here reads a clock.
import type { Configuration } from "../generated/messages.ts";

type LocalTime = Pick<Configuration, "utc_offset_s" | "clock_changes">;

/** 21:04:07 in UTC. */
export function clockTime(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(11, 19);
}

/** 23:04 in the node's local time, that which warnings tell: a display may stand on another. */
export function localClockTime(epochMs: number, { utc_offset_s, clock_changes }: LocalTime): string {
  const offsetS = clock_changes.findLast((one) => msOfNs(one.time_ns) <= epochMs)?.utc_offset_s ?? utc_offset_s;
  return clockTime(epochMs + 1000 * offsetS).slice(0, 5);
}

/** A length of time as 0:45 or 12:03, from an hour on as 3:00:12. */
export function minutesSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (part: number): string => String(part).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** How long ago, in the largest units that matter: 45 s, 15 min, 3 h 12 min. */
export function sayLength(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 2) return `${Math.max(0, Math.floor(seconds))} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function msOfNs(ns: number): number {
  return ns / 1e6;
}
