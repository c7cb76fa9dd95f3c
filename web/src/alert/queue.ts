// The alert queue: what needs a person first stands first.
import type { Alert } from "../generated/messages.ts";

/** Whether somebody still has to look at it. */
export function isWaiting(alert: Alert): boolean {
  return alert.acknowledged_by === null;
}

/**
 * Sorts unacknowledged first, then standing before ended, critical before advisory, sooner entry, longest waiting: a new
 * alert moves nothing that somebody is about to press.
 */
export function sortQueue(alerts: readonly Alert[]): Alert[] {
  return [...alerts].sort(
    (a, b) =>
      Number(!isWaiting(a)) - Number(!isWaiting(b)) ||
      Number(a.state === "ended") - Number(b.state === "ended") ||
      Number(a.tier !== "critical") - Number(b.tier !== "critical") ||
      (a.eta_ns ?? 0) - (b.eta_ns ?? 0) ||
      a.raised_ns - b.raised_ns ||
      a.alert_id.localeCompare(b.alert_id),
  );
}

/** The alert `step` places after the focused one, staying inside the queue; the first waiting one from nowhere. */
export function stepFocus(queue: readonly Alert[], focused: string | null, step: 1 | -1): string | null {
  if (queue.length === 0) return null;
  const place = queue.findIndex((alert) => alert.alert_id === focused);
  if (place < 0) return queue[0]!.alert_id;
  return queue[Math.min(Math.max(place + step, 0), queue.length - 1)]!.alert_id;
}
