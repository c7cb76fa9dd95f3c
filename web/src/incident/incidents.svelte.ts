// Where something happened in the last day, asked for every few seconds; made by the node of what is on record.
import type { IncidentView } from "../generated/messages.ts";
import { readIncidents } from "../session/api.ts";

/** Of closed ones so many are shown: a night brings thousands, and map and list would slow down with each. */
export const MOST_CLOSED = 200;

export class Incidents {
  held: readonly IncidentView[] = $state.raw([]);
  /** The one the operator looks at. */
  chosen: string | null = $state(null);
  #text = "[]";

  async ask(): Promise<void> {
    try {
      const told = await readIncidents(MOST_CLOSED);
      const text = JSON.stringify(told);
      if (text !== this.#text) [this.#text, this.held] = [text, told];
    } catch {
      // the node is away, and the screen says so; what was known stays
    }
  }
}
