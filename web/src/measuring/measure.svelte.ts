// The measure that is being taken on this screen.
import type { End } from "./legs.ts";

export class Measure {
  active = $state(false);
  ends: readonly End[] = $state.raw([]);
  rings = $state(false);
  ringStepKm = $state(10);

  toggle(): void {
    if (this.active) this.stop();
    else this.active = true;
  }

  add(end: End): void {
    this.ends = [...this.ends, end];
  }

  takeBack(): void {
    this.ends = this.ends.slice(0, -1);
  }

  stop(): void {
    this.active = false;
    this.ends = [];
  }
}
