// Decides which track frames may be applied: a delta only on the frame it is based on, anything else needs a snapshot.
import type { FrameHeader } from "./frame.ts";

export class Continuity {
  #sequence = 0;
  #waiting = false;

  /** Says what to do with a frame: apply it, drop it, or drop it and ask for a snapshot. */
  judge(header: Pick<FrameHeader, "sequence" | "baseSequence">): "apply" | "drop" | "ask" {
    if (header.baseSequence === 0 || (!this.#waiting && header.baseSequence === this.#sequence)) {
      this.#sequence = header.sequence;
      this.#waiting = false;
      return "apply";
    }
    if (this.#waiting) return "drop";
    this.#waiting = true;
    return "ask";
  }
}
