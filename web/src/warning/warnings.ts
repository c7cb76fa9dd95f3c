// Which warnings are shown and in which order: drafts first, of them what ends one last, red before yellow, the newest
// first; decided ones a while.
import type { FirstApproval, PublicWarning } from "../generated/messages.ts";
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
      Number(endsOne(a)) - Number(endsOne(b)) ||
      Number(b.level === "red") - Number(a.level === "red") ||
      b.time_ns - a.time_ns,
  );
}

/** An all-clear that waits: nobody is endangered by it, while a warning's minutes count. */
function endsOne({ state, message }: PublicWarning): boolean {
  return state === "drafted" && message === "all_clear";
}

const UNTAKEN = ["refused", "unclear", "expired"];

/** Whether a message may be sent again over a channel that did not take it: not once a later one goes in its place. */
export function maySendAgain(warning: PublicWarning, deliveryState: string, warnings: readonly PublicWarning[]): boolean {
  const isOvertaken = warnings.some(
    (one) => one.warning_id === warning.warning_id && one.number > warning.number && one.state === "approved",
  );
  return UNTAKEN.includes(deliveryState) && !isOvertaken;
}

/** The first of two approvals while it counts. */
export function firstApprovalOf(warning: PublicWarning, nowMs: number): FirstApproval | null {
  const first = warning.first_approval;
  return first !== null && nowMs < msOfNs(first.until_ns) ? first : null;
}

/** Who decided: of two persons both, the first one first. */
export function decidedBy(warning: PublicWarning): string {
  const both = warning.state === "approved" ? [warning.first_approval?.approved_by, warning.decided_by] : [warning.decided_by];
  return both.filter(Boolean).join(", ");
}

export type Moment = "first_plot" | "firm" | "threatening" | "drafted" | "decided" | "sent";

/** The clock of a warning: its moments that are known, in order, with the seconds since the first of them. */
export function clockOf(warning: PublicWarning): { moment: Moment; atMs: number; afterS: number }[] {
  const moments: [Moment, number | null][] = [
    ["first_plot", warning.first_plot_ns],
    ["firm", warning.firm_ns],
    ["threatening", warning.threatening_ns],
    ["drafted", warning.drafted_ns],
    ["decided", warning.decided_ns],
    ["sent", warning.sent_ns],
  ];
  const known = moments.flatMap(([moment, ns]) => (ns === null ? [] : [{ moment, atMs: msOfNs(ns) }]));
  return known.map((one) => ({ ...one, afterS: (one.atMs - known[0]!.atMs) / 1000 }));
}
