// Winds, drifters and airport closures as the page shows them.
import type { ClosureAdvice, DriftForecast, WindTable } from "../generated/messages.ts";

const NS_PER_MS = 1e6;
/** How long the end of a closure stays on the screen. */
const SHOWN_AFTER_MS = 30 * 60e3;

/** Advice that stands or ended lately, what must be done now first. */
export function shownClosures(closures: readonly ClosureAdvice[], timeMs: number): ClosureAdvice[] {
  const order: readonly ClosureAdvice["state"][] = ["close", "closed", "expected", "reopen", "called_off"];
  return closures
    .filter((one) => !isOver(one) || timeMs - one.time_ns / NS_PER_MS < SHOWN_AFTER_MS)
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.zone_name.localeCompare(b.zone_name));
}

export function isOver(advice: ClosureAdvice): boolean {
  return advice.state === "reopen" || advice.state === "called_off";
}

export interface WindView {
  readonly source: string;
  readonly tables: number;
  readonly levels: number;
  /** Hours between the table nearest in time and now; behind now it is positive. */
  readonly ageH: number;
}

/** The winds by source: how many tables of how many levels, and how old the nearest is. */
export function windsBySource(winds: readonly WindTable[], timeMs: number): WindView[] {
  const found = new Map<string, WindTable[]>();
  for (const one of winds) found.set(one.source, [...(found.get(one.source) ?? []), one]);
  return [...found].map(([source, tables]) => {
    const ages = tables.map((one) => (timeMs - one.valid_ns / NS_PER_MS) / 3600e3);
    const ageH = ages.reduce((best, age) => (Math.abs(age) < Math.abs(best) ? age : best));
    return { source, tables: tables.length, levels: Math.max(...tables.map((one) => one.levels.length)), ageH };
  });
}

/** What a balloon most probably does now. */
export function phaseOf(forecast: DriftForecast): "rising" | "floating" | "falling" {
  const { rising, floating, falling } = forecast;
  if (rising >= floating && rising >= falling) return "rising";
  return floating >= falling ? "floating" : "falling";
}

export function percent(probability: number): string {
  const share = 100 * probability;
  return share >= 9.5 || share === 0 ? share.toFixed(0) : share.toFixed(1);
}
