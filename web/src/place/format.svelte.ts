// How positions are written on this screen.
import { kept } from "../kept.ts";
import { keepChoice, readChoice } from "../theme/remembered.ts";
import { FORMATS, sayPosition, type PositionFormat } from "./coordinates.ts";

let current = $state<PositionFormat>(readChoice("coords", FORMATS, location.search, kept));

export function positionFormat(): PositionFormat {
  return current;
}

export function setPositionFormat(format: PositionFormat): void {
  current = format;
  history.replaceState(null, "", keepChoice("coords", format, FORMATS, location.search, kept));
}

/** Says a position as this screen writes them; said again when the format changes. */
export function position(latitude: number, longitude: number): string {
  return sayPosition({ latitude, longitude }, current);
}
