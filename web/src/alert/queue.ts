// The alert queue: what needs a person first stands first.
import type { Alert } from "../generated/messages.ts";

/** Whether nobody answered it, also after its end; what is held back, laid aside or in another waits not. The node's own rule. */
export function isWaiting(alert: Alert): boolean {
  const isQuiet = alert.state === "held_back" || alert.state === "shelved" || !alert.was_shown || alert.merged_into !== null;
  return alert.acknowledged_by === null && !isQuiet;
}

/** Where an alert stands in the queue: waiting, answered, laid aside. */
function place(alert: Alert): number {
  if (alert.state === "shelved") return 2;
  return isWaiting(alert) ? 0 : 1;
}

/** The alerts an operator is shown; advisories beyond the hour's budget are only counted and listed apart. */
export function shownOf(alerts: readonly Alert[]): Alert[] {
  return alerts.filter((alert) => alert.state !== "held_back");
}

/** The advisories held back, the most dangerous first. */
export function heldBackOf(alerts: readonly Alert[]): Alert[] {
  return alerts
    .filter((alert) => alert.state === "held_back")
    .sort((a, b) => (b.danger ?? 0) - (a.danger ?? 0) || a.alert_id.localeCompare(b.alert_id));
}

/**
 * Sorts unacknowledged first, shelved last, escalated before others, then standing before ended, critical before
 * advisory, sooner entry, longest waiting: a new alert moves nothing that somebody is about to press.
 */
export function sortQueue(alerts: readonly Alert[]): Alert[] {
  return shownOf(alerts).sort(
    (a, b) =>
      place(a) - place(b) ||
      Number(a.state === "ended") - Number(b.state === "ended") ||
      Number(a.state !== "escalated") - Number(b.state !== "escalated") ||
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

/** Where one goes on from an alert that was answered meanwhile: to the one behind it, else to the first that waits; none waits: null. */
export function onwardsFrom(queue: readonly Alert[], next: string | null): string | null {
  const waiting = queue.filter(isWaiting);
  return (waiting.find((alert) => alert.alert_id === next) ?? waiting[0])?.alert_id ?? null;
}

/** Where an alert stands, and which ones stand beside it. */
export interface Standing {
  readonly alertId: string;
  readonly next: string | null;
  readonly previous: string | null;
}

/** Where an alert stands among the rows; of a row that is closed the next one takes its place once it is answered. */
export function standingOf(rows: readonly QueueRow[], open: ReadonlySet<string>, alertId: string): Standing {
  const inSight = rows.flatMap((row) => {
    if (open.has(row.key)) return row.members;
    return row.members.slice(0, row.head.alert_id === alertId ? 2 : 1);
  });
  const at = inSight.findIndex((alert) => alert.alert_id === alertId);
  const beside = (step: number): string | null => (at < 0 ? null : (inSight[at + step]?.alert_id ?? null));
  return { alertId, next: beside(1), previous: beside(-1) };
}

/** How many rows the queue shows at most; what is more is put together, and nothing is left out. */
export const MOST_ROWS = 10;

/** One row of the queue: an alert, or several that are alike with the most urgent as their head. */
export interface QueueRow {
  readonly key: string;
  readonly head: Alert;
  readonly members: readonly Alert[];
}

const LIKENESS: readonly ((alert: Alert) => string)[] = [
  (alert) => alert.alert_id,
  (alert) => `${place(alert)} ${alert.tier} ${alert.rule} ${alert.zone_id}`,
  (alert) => `${place(alert)} ${alert.tier} ${alert.rule}`,
  (alert) => `${place(alert)} ${alert.tier}`,
];

/**
 * Puts a sorted queue into at most MOST_ROWS rows: of one zone together first, then of one kind, then of one tier. The
 * alert that somebody writes about stands apart from them.
 */
export function groupQueue(queue: readonly Alert[], apart: string | null = null): QueueRow[] {
  let rows: QueueRow[] = [];
  for (const likeness of LIKENESS) {
    rows = rowsBy(queue, (alert) => (alert.alert_id === apart ? apart : likeness(alert)));
    if (rows.length <= MOST_ROWS) break;
  }
  return rows;
}

function rowsBy(queue: readonly Alert[], likeness: (alert: Alert) => string): QueueRow[] {
  const found = new Map<string, Alert[]>();
  for (const alert of queue) {
    const key = likeness(alert);
    const members = found.get(key);
    if (members) members.push(alert);
    else found.set(key, [alert]);
  }
  return [...found].map(([key, members]) => ({ key, head: members[0]!, members }));
}
