// Keeps the node told which part of the picture this page looks at; asked twice a second, once the map stands still.
import type { ViewRequest } from "../generated/messages.ts";
import type { View } from "../picture/projection.ts";
import { nextView, type Looking } from "./viewport.ts";

const STILL_MS = 300;
const WHOLE: ViewRequest = { type: "view", box: null, selected: [] };

export class Viewport {
  /** A person wants the whole picture, however near the map is. */
  everywhere = $state(false);
  /** The node was asked for a part only. */
  isCut = $state(false);
  send: (text: string) => void = () => {};
  #asked = WHOLE;
  #view: View | null = null;
  #movedMs = 0;

  /** The map moved. */
  look(view: View): void {
    this.#view = view;
    this.#movedMs = performance.now();
  }

  /** Asks for what is wanted now, if that is not what comes already; the whole picture at once, a part once the map stands. */
  ask(looking: Omit<Looking, "view">): void {
    const next = nextView(this.#asked, { ...looking, view: this.#view, everywhere: looking.everywhere || this.everywhere });
    if (!next || (next.box && performance.now() - this.#movedMs < STILL_MS)) return;
    this.#asked = next;
    this.isCut = next.box !== null;
    this.send(JSON.stringify(next));
  }

  /** The stream begins anew, with everything. */
  forget(): void {
    this.#asked = WHOLE;
    this.isCut = false;
  }
}
