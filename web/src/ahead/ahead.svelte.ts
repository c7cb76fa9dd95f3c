// Forecasts of the tracks that matter now, asked of the node every two seconds.
import type { TrackForecast } from "../generated/messages.ts";

export const ASKED_EVERY_MS = 2000;
/** So many tracks are asked about at a time: cones of all would be noise, and questions cost the core time. */
export const MOST_ASKED = 8;

export class Forecasts {
  held: ReadonlyMap<number, TrackForecast> = $state.raw(new Map());
  #asking = false;

  /** Asks about tracks and forgets all others; while answers are out nothing more is asked. */
  async ask(trackIds: readonly number[]): Promise<void> {
    if (this.#asking || (trackIds.length === 0 && this.held.size === 0)) return; // nothing new to draw
    this.#asking = true;
    try {
      const wanted = [...new Set(trackIds)].slice(0, MOST_ASKED);
      const answers = await Promise.all(wanted.map(readForecast));
      this.held = new Map(answers.flatMap((one) => (one?.places.length ? [[one.track_id, one] as const] : [])));
    } finally {
      this.#asking = false;
    }
  }
}

/** None: the node does not say; the stream tells when that is more than a moment. */
async function readForecast(trackId: number): Promise<TrackForecast | null> {
  try {
    const answer = await fetch(`/api/tracks/${trackId}/forecast`);
    return answer.ok ? ((await answer.json()) as TrackForecast) : null;
  } catch {
    return null;
  }
}
