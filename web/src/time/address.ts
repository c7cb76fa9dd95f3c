// The instant in the address: a link shows another operator the same moment.

export interface TimeView {
  /** Epoch ms; none: live. */
  readonly timeMs: number | null;
  /** Seconds of the record a second; none: it stays. */
  readonly speed: number | null;
}

export const LEAST_SPEED = 0.5;
export const MOST_SPEED = 32;

export function readTime(search: string): TimeView {
  const query = new URLSearchParams(search);
  const text = query.get("time") ?? "";
  const timeMs = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (!text || Number.isNaN(timeMs)) return { timeMs: null, speed: null };
  const speed = Number(query.get("speed"));
  return { timeMs, speed: speed >= LEAST_SPEED && speed <= MOST_SPEED ? speed : null };
}

/** Writes the instant into an address, keeping what else stands in it. */
export function writeTime(search: string, view: TimeView): string {
  const query = new URLSearchParams(search);
  query.delete("time");
  query.delete("speed");
  if (view.timeMs !== null) query.set("time", new Date(view.timeMs).toISOString());
  if (view.timeMs !== null && view.speed !== null) query.set("speed", String(view.speed));
  return query.size ? `?${query}` : "";
}
