// Lost tracks: which are listed, in which order, and how old their last plot is.
import type { LostTrack } from "../generated/messages.ts";

/** The most dangerous first, then the one lost last. */
export function sortLost(lost: readonly LostTrack[]): LostTrack[] {
  return lost
    .filter((one) => one.state === "lost")
    .sort(
      (a, b) => (b.armed ?? 0) - (a.armed ?? 0) || b.last_seen_ns - a.last_seen_ns || a.lost_id.localeCompare(b.lost_id),
    );
}

/** Square kilometres with as many digits as mean something. */
export function areaText(km2: number): string {
  return km2 >= 10 ? km2.toFixed(0) : km2.toPrecision(2);
}
