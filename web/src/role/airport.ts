// Airports as their operations room sees them: what each must do now, and the windows of the next hour. Pure.
import type { ClosureAdvice, Zone } from "../generated/messages.ts";

export type AirportState = "open" | ClosureAdvice["state"];

export interface Airport {
  readonly zoneId: string;
  readonly name: string;
  readonly state: AirportState;
  /** What stands of it, or ended lately. */
  readonly advice: ClosureAdvice | null;
}

const URGENCY: readonly AirportState[] = ["close", "closed", "expected", "reopen", "called_off", "open"];
/** How far ahead the windows are drawn. */
export const AHEAD_MS = 3_600_000;

/** Every airport with the advice that is shown of it, what must be done now first. */
export function airportsOf(zones: readonly Zone[], shown: readonly ClosureAdvice[]): Airport[] {
  const closing = zones.filter((zone) => zone.closes);
  const known = new Set(closing.map((zone) => zone.id));
  const others = shown.filter((one) => !known.has(one.zone_id)).map((one) => ({ id: one.zone_id, name: one.zone_name }));
  return [...closing, ...others]
    .map((zone) => {
      const advice = shown.find((one) => one.zone_id === zone.id) ?? null;
      return { zoneId: zone.id, name: zone.name, state: advice?.state ?? ("open" as const), advice };
    })
    .sort((a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state) || a.name.localeCompare(b.name));
}

export interface Window {
  readonly what: "closed" | "entry" | "exit";
  /** Shares of the hour ahead, 0 to 1. */
  readonly from: number;
  readonly until: number;
}

/** The windows of an advice in the hour from now; what lies outside it is cut off. */
export function windowsOf(advice: ClosureAdvice, nowMs: number): Window[] {
  const share = (ns: number): number => Math.min(Math.max((ns / 1e6 - nowMs) / AHEAD_MS, 0), 1);
  const found: Window[] = [];
  if (advice.state !== "reopen" && advice.state !== "called_off") {
    found.push({ what: "closed", from: share(advice.from_ns), until: advice.until_ns === null ? 1 : share(advice.until_ns) });
  }
  if (advice.entry_ns) found.push({ what: "entry", from: share(advice.entry_ns[0]!), until: share(advice.entry_ns[1]!) });
  if (advice.exit_ns) found.push({ what: "exit", from: share(advice.exit_ns[0]!), until: share(advice.exit_ns[1]!) });
  return found.filter((one) => one.until > one.from);
}
