// A session ends however much it is used, in the middle of a watch too: who sits there is told in time.

/** From so long before its end on. */
const TOLD_S = 15 * 60;

/** Seconds until a session ends, once that is soon; `latestNs`: when it does at the latest, `nowMs`: the node's time. */
export function endsSoon(latestNs: number | null, nowMs: number): number | null {
  if (latestNs === null) return null;
  const left = (latestNs / 1e6 - nowMs) / 1000;
  return left <= TOLD_S ? Math.max(0, left) : null;
}
