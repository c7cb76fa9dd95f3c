// Whom public warnings are for now: what the public was told, and what waits for a person.
import type { PublicWarning } from "../generated/messages.ts";
import { msOfNs } from "../picture/time.ts";

type Area = PublicWarning["areas"][number];

export interface Warned {
  readonly area: Area;
  readonly level: PublicWarning["level"];
  readonly isTold: boolean;
}

/** Messages whose areas are drawn: drafts that wait, and what persons approved until it expires or its all-clear is approved. */
export function standingMessages(warnings: readonly PublicWarning[], nowMs: number): PublicWarning[] {
  const ended = new Set(warnings.filter((one) => one.message === "all_clear" && one.state === "approved").map((one) => one.warning_id));
  return warnings.filter(
    (one) =>
      one.message !== "all_clear" &&
      (one.state === "drafted" || (one.state === "approved" && !ended.has(one.warning_id))) &&
      nowMs < msOfNs(one.expires_ns),
  );
}

/** Each area once as told, by its highest level, and once as drafted where that would tell it more. */
export function warnedAreas(warnings: readonly PublicWarning[], nowMs: number): Warned[] {
  const standing = standingMessages(warnings, nowMs);
  const told = highest(standing.filter((one) => one.state === "approved"), true);
  const drafted = highest(standing.filter((one) => one.state === "drafted"), false);
  const more = [...drafted].filter(([id, { level }]) => rank(level) > rank(told.get(id)?.level));
  return [...told.values(), ...more.map(([, one]) => one)];
}

function highest(messages: readonly PublicWarning[], isTold: boolean): Map<string, Warned> {
  const found = new Map<string, Warned>();
  for (const { areas, level } of messages) {
    for (const area of areas) {
      if (rank(level) > rank(found.get(area.area_id)?.level)) found.set(area.area_id, { area, level, isTold });
    }
  }
  return found;
}

function rank(level: PublicWarning["level"] | undefined): number {
  return level === "red" ? 2 : level === "yellow" ? 1 : 0;
}
