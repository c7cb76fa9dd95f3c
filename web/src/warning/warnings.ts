// Which warnings are shown and in which order: drafts first, red before yellow, the newest first; decided ones a while.
import type { PublicWarning } from "../generated/messages.ts";
import { msOfNs } from "../picture/time.ts";

/** Decided messages stay in sight for so long. */
export const DECIDED_MS = 30 * 60_000;

export function shownWarnings(warnings: readonly PublicWarning[], nowMs: number): PublicWarning[] {
  const fresh = warnings.filter(
    (warning) =>
      warning.state === "drafted" ||
      (warning.state !== "withdrawn" && nowMs - msOfNs(warning.decided_ns ?? warning.time_ns) < DECIDED_MS),
  );
  return fresh.sort(
    (a, b) =>
      Number(b.state === "drafted") - Number(a.state === "drafted") ||
      Number(b.level === "red") - Number(a.level === "red") ||
      b.time_ns - a.time_ns,
  );
}
