// The towns of the region, asked of the node once, when somebody first looks for something.
import type { PlaceView } from "../generated/messages.ts";
import { ask } from "../session/api.ts";

let asked: Promise<readonly PlaceView[]> | null = null;

/** Larger towns first; none when the node does not say, so that everything else is still found: then it is asked again. */
export function readTowns(): Promise<readonly PlaceView[]> {
  asked ??= ask<PlaceView[]>("GET", "/api/places").catch(() => {
    asked = null;
    return [];
  });
  return asked;
}
