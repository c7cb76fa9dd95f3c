// One clock for the whole screen: live, or this page's own playback of what was. The node does what is wished.
import type { PlaybackRequest, PlaybackSection } from "../generated/messages.ts";
import { readTime } from "./address.ts";
import { stepFrom } from "./span.ts";

export const SPEEDS = [0.5, 1, 2, 4, 8, 16, 32] as const;

export class TimeAxis {
  /** What the node says of the playback; none: the picture is live. */
  told: PlaybackSection | null = $state.raw(null);
  /** Why the node gives no playback; empty: nothing is wrong. */
  refusal = $state("");
  speed = $state(1);
  loop: readonly [number, number] | null = $state.raw(null);
  /** Where a loop begins that has no end yet. */
  loopFrom: number | null = $state(null);
  /** Number of this page's playback: another is told from the one before. */
  playback = 0;
  send: (text: string) => void = () => {};
  #wish: PlaybackRequest | null = $state.raw(null);
  #awaiting = false;
  /** Where the page asked to go, until the node is there: steps add up, however fast they come. */
  #sought: number | null = null;

  constructor(search: string) {
    const { timeMs, speed } = readTime(search);
    if (timeMs === null) return;
    this.speed = speed ?? 1;
    this.#wish = { ...this.#request(timeMs), paused: speed === null };
    this.#awaiting = true;
  }

  isLive = $derived(this.told === null && this.#wish === null);
  paused = $derived(this.#wish?.paused ?? this.told?.paused ?? false);
  /** The instant on the screen, epoch ms; none: now. */
  instant = $derived(this.told?.time_ms ?? this.#wish?.time_ms ?? null);
  /** The page must show nothing of the live picture: it is waiting for what was. */
  get isAwaiting(): boolean {
    return this.#awaiting;
  }

  /** Stops at the instant on the screen. */
  pause(): void {
    this.#ask({ ...this.#request(null), paused: true });
  }

  play(): void {
    this.#ask(this.#request(null));
  }

  toggle(): void {
    if (this.isLive || !this.paused) this.pause();
    else this.play();
  }

  /** Goes to an instant, playing on from there or staying as before; `settled`: the hand is off the strip. */
  seek(timeMs: number, settled = true): void {
    this.#ask({ ...this.#request(timeMs), paused: this.isLive || this.paused, trails: settled });
  }

  /** Goes some seconds on or back and stays there. */
  step(seconds: number, nowMs: number): void {
    const from = this.#sought ?? this.instant ?? nowMs;
    this.#ask({ ...this.#request(stepFrom(from, seconds, nowMs)), paused: true });
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    if (!this.isLive) this.#ask({ ...this.#request(null), paused: this.paused });
  }

  /** First the begin, then the end of a loop, then none again. */
  markLoop(nowMs: number): void {
    const at = this.instant ?? nowMs;
    if (this.loop) this.loop = null;
    else if (this.loopFrom === null) {
      this.loopFrom = at;
      return;
    } else if (at > this.loopFrom) {
      this.loop = [this.loopFrom, at];
      this.#ask(this.#request(this.loopFrom));
    }
    this.loopFrom = null;
    if (!this.loop && !this.isLive) this.#ask({ ...this.#request(null), paused: this.paused });
  }

  goLive(): void {
    this.#wish = this.#sought = null;
    this.loop = this.loopFrom = null;
    this.#awaiting = false;
    this.send('{"type":"live"}');
  }

  /** The stream is there, for the first time or again: say once more what is wished. */
  takeLink(): void {
    if (this.#wish === null) this.told = null; // who went back to live while there was no link
    if (this.isLive) return;
    this.#awaiting = true;
    const timeMs = this.instant;
    this.#ask({ ...this.#request(timeMs), paused: this.paused });
  }

  take(section: PlaybackSection): void {
    this.#awaiting = false;
    if (this.#sought !== null && isNear(section, this.#sought)) this.#sought = null;
    this.refusal = section.active ? "" : section.fault;
    if (section.active) {
      if (!this.#wish) return;
      if (this.told === null) this.playback++;
      this.told = section;
    } else {
      this.told = null;
      if (section.fault) this.#wish = null;
    }
  }

  #request(timeMs: number | null): PlaybackRequest {
    const [from, until] = this.loop ?? [null, null];
    return {
      type: "playback",
      time_ms: timeMs,
      speed: this.speed,
      paused: false,
      trails: true,
      loop_from_ms: from,
      loop_until_ms: until,
    };
  }

  #ask(wish: PlaybackRequest): void {
    this.#wish = wish;
    this.#sought = wish.time_ms ?? this.#sought;
    this.send(JSON.stringify(wish));
  }
}

/** Whether a playback is where it was asked to go; playing, it may be a little beyond. */
function isNear(told: PlaybackSection, soughtMs: number): boolean {
  const beyond = told.time_ms - soughtMs;
  return beyond > -500 && beyond < 500 + (told.paused ? 0 : 1000 * told.speed);
}
