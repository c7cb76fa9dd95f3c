// Whose forecast is worth drawing: cones of what nobody watches are noise.
import type { Alert } from "../generated/messages.ts";

const QUIET: readonly Alert["state"][] = ["ended", "held_back", "shelved"];

/** Tracks of the alerts that stand, those of critical ones first. */
export function shownFirst(alerts: readonly Alert[]): number[] {
  const standing = alerts.filter((alert) => !QUIET.includes(alert.state));
  const of = (tier: Alert["tier"]): number[] => standing.filter((alert) => alert.tier === tier).flatMap((alert) => [...alert.track_ids]);
  return [...new Set([...of("critical"), ...of("advisory")])];
}
