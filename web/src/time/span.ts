// The strip of time on the screen: which part is shown, and where an instant stands in it. Nothing here reads a clock.
import type { TimelineMark, TimelineView } from "../generated/messages.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** Lengths of time the strip can show. */
export const LENGTHS_MS = [15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS] as const;

export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Keeps the instant on the strip: live the strip ends now, else it moves only as far as it must. */
export function spanAround(shown: Span | null, lengthMs: number, instantMs: number, nowMs: number): Span {
  const newest = { fromMs: nowMs - lengthMs, untilMs: nowMs };
  if (instantMs >= newest.fromMs) return newest;
  const fits = shown !== null && shown.untilMs - shown.fromMs === lengthMs;
  if (fits && instantMs >= shown.fromMs && instantMs <= shown.untilMs) return shown;
  return { fromMs: instantMs - lengthMs / 2, untilMs: instantMs + lengthMs / 2 };
}

/** Where an instant stands, 0 at the begin and 1 at the end of the strip; outside it beyond that. */
export function shareOf(span: Span, timeMs: number): number {
  return (timeMs - span.fromMs) / (span.untilMs - span.fromMs);
}

export function instantAt(span: Span, share: number): number {
  return span.fromMs + Math.min(Math.max(share, 0), 1) * (span.untilMs - span.fromMs);
}

export interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly fault: string;
}

/** The strip hears of the record's end only now and then: so much behind it need not be a gap. */
const END_MAY_LAG_MS = 30_000;

/** What of the strip cannot be shown, as shares: before the record, gaps in it, and after it when it has ended. */
export function unknownOf(span: Span, view: Pick<TimelineView, "first_ms" | "last_ms" | "gaps">): Stretch[] {
  if (view.first_ms === null || view.last_ms === null) return [{ from: 0, until: 1, fault: "" }];
  const all = [{ from_ms: span.fromMs, until_ms: view.first_ms, fault: "" }, ...view.gaps];
  const hasEnded = span.untilMs - view.last_ms > END_MAY_LAG_MS;
  if (hasEnded) all.push({ from_ms: view.last_ms, until_ms: span.untilMs, fault: "" });
  return all
    .map((gap) => ({
      from: Math.max(0, shareOf(span, gap.from_ms)),
      until: Math.min(1, shareOf(span, gap.until_ms)),
      fault: gap.fault,
    }))
    .filter((stretch) => stretch.until > stretch.from);
}

/** The tick marks under the strip: about eight, at round times. */
export function ticksOf(span: Span): number[] {
  const step = [2, 5, 15, 60, 180].map((minutes) => minutes * MINUTE_MS).find((ms) => (span.untilMs - span.fromMs) / ms <= 8);
  const width = step ?? 180 * MINUTE_MS;
  const ticks = [];
  for (let at = Math.ceil(span.fromMs / width) * width; at <= span.untilMs; at += width) ticks.push(at);
  return ticks;
}

/** So many seconds on or back, not beyond now; the node says now and then what that is, and one stands where one stands. */
export function stepFrom(fromMs: number, seconds: number, nowMs: number): number {
  return Math.min(fromMs + seconds * 1000, Math.max(fromMs, nowMs));
}

/** The mark before or after an instant; none: there is no other. */
export function markBeside(marks: readonly TimelineMark[], instantMs: number, step: 1 | -1): TimelineMark | null {
  const others = marks.filter((mark) => (step > 0 ? mark.time_ms > instantMs + 1 : mark.time_ms < instantMs - 1));
  return (step > 0 ? others[0] : others.at(-1)) ?? null;
}
