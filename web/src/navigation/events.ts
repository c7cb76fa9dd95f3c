// Disturbed satellite navigation: what is listed, in which order, and how bad a cell of the map is.
import type { GnssInterference } from "../generated/messages.ts";

export type Shade = "few" | "green" | "yellow" | "red";

/** Worst last: a cell seen in both height bands is drawn as the worse of them. */
export const SHADES: readonly Shade[] = ["few", "green", "yellow", "red"];
/** Fewer aircraft say nothing of a cell. */
const LEAST_AIRCRAFT = 5;

/** The scale of gpsjam.org: under 2 %, up to 10 %, above. */
export function shadeOf(event: GnssInterference): Shade {
  if ((event.aircraft ?? 0) < LEAST_AIRCRAFT) return "few";
  const share = event.share ?? 0;
  if (share < 0.02) return "green";
  return share <= 0.1 ? "yellow" : "red";
}

export interface Cell {
  readonly ring: GnssInterference["polygon"];
  readonly shade: Shade;
}

/** The cells to draw, each once, the worst of its bands. */
export function cellsOf(events: readonly GnssInterference[]): Cell[] {
  const cells = new Map<string, Cell>();
  for (const event of events) {
    if (event.is_alarm || event.cell === null) continue;
    const shade = shadeOf(event);
    const known = cells.get(event.cell);
    if (!known || SHADES.indexOf(shade) > SHADES.indexOf(known.shade)) {
      cells.set(event.cell, { ring: event.polygon, shade });
    }
  }
  return [...cells.values()];
}

/** Areas under alarm. */
export function areasOf(events: readonly GnssInterference[]): GnssInterference[] {
  return events.filter((event) => event.is_alarm && event.cell !== null);
}

/** What an operator must know of: areas first, then aircraft, the newest first; cells in order are not listed. */
export function sortEvents(events: readonly GnssInterference[]): GnssInterference[] {
  const rank = (event: GnssInterference): number => (event.cell === null ? 1 : 0);
  return events
    .filter((event) => event.is_alarm)
    .sort((a, b) => rank(a) - rank(b) || b.start_ns - a.start_ns || a.event_id.localeCompare(b.event_id));
}

/** The middle of an outline: longitude, latitude. */
export function middleOf(ring: GnssInterference["polygon"]): readonly [number, number] | null {
  if (ring.length === 0) return null;
  const sum = ring.reduce(([x, y], [longitude, latitude]) => [x + longitude, y + latitude] as const, [0, 0] as const);
  return [sum[0] / ring.length, sum[1] / ring.length];
}
