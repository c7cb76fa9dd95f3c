// What is new live while a page shows what was: the node says only how much.
import type { PlaybackSection } from "../generated/messages.ts";

export interface News {
  readonly alert_id: string;
  readonly tier: "critical" | "advisory";
}

/** The new live alerts as the alarm needs them; `playback` tells one playback's from another's. */
export function newsOf(told: Pick<PlaybackSection, "new_alerts" | "new_critical">, playback: number): News[] {
  return Array.from({ length: told.new_alerts }, (_, i) => ({
    alert_id: `live ${playback} ${i}`,
    tier: i < told.new_critical ? "critical" : "advisory",
  }));
}
