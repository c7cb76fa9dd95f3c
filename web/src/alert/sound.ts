// The alarm that is heard: a critical alert until somebody answers it, an advisory once; nothing while muted.
import { measures } from "../measure.ts";

export type Tune = "critical" | "advisory";

/** Seconds between two soundings of a critical alert that waits. */
export const REPEAT_S = 10;
/** How long the mute button silences; it never stays off. */
export const MUTE_S = 600;

/** What to play now, given what waits, what was heard before, and when it last sounded (seconds of one clock). */
export function tuneNow(
  waiting: readonly { readonly alert_id: string; readonly tier: Tune }[],
  heard: ReadonlySet<string>,
  lastS: number,
  nowS: number,
): Tune | null {
  const critical = waiting.filter((alert) => alert.tier === "critical");
  const isNew = (alert: { alert_id: string; tier: Tune }) => !heard.has(`${alert.tier} ${alert.alert_id}`);
  if (critical.some(isNew) || (critical.length > 0 && nowS - lastS >= REPEAT_S)) return "critical";
  return waiting.some(isNew) ? "advisory" : null;
}

const NOTES: Record<Tune, readonly (readonly [number, number])[]> = {
  critical: [
    [880, 0],
    [660, 0.18],
    [880, 0.36],
    [660, 0.54],
  ],
  advisory: [[520, 0]],
};

/** Plays tunes; a browser lets nothing sound before the person has touched the page. */
export class Loudspeaker {
  #context: AudioContext | null = null;

  /** Whether the browser lets it sound. */
  get isReady(): boolean {
    return this.#context?.state === "running";
  }

  /** To be called on a key or a click. */
  async wake(): Promise<void> {
    this.#context ??= new AudioContext();
    if (this.#context.state === "suspended") await this.#context.resume();
  }

  /** Gives back what the browser lends few of to a page. */
  async close(): Promise<void> {
    await this.#context?.close();
    this.#context = null;
  }

  play(tune: Tune): void {
    const context = this.#context;
    if (!context || context.state !== "running") return;
    measures.sounds++;
    for (const [hertz, after] of NOTES[tune]) {
      const tone = new OscillatorNode(context, { type: "square", frequency: hertz });
      const volume = new GainNode(context, { gain: 0 });
      const at = context.currentTime + after;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(0.2, at + 0.01);
      volume.gain.setValueAtTime(0.2, at + 0.13);
      volume.gain.linearRampToValueAtTime(0, at + 0.15);
      tone.connect(volume).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.16);
    }
  }
}
