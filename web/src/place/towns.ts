// The towns of the region, asked of the node once, when somebody first looks for something.
import type { PlaceView } from "../generated/messages.ts";

let asked: Promise<readonly PlaceView[]> | null = null;

/** Larger towns first; none when the node does not say, so that everything else is still found. */
export function readTowns(): Promise<readonly PlaceView[]> {
  asked ??= fetch("/api/places").then(async (answer) => {
    if (answer.ok) return (await answer.json()) as PlaceView[];
    asked = null;
    return [];
  });
  return asked;
}
