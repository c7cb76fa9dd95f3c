// How positions are written on this screen.
import { keepChoice, readChoice } from "../theme/remembered.ts";
import { FORMATS, sayPosition, type PositionFormat } from "./coordinates.ts";

let current = $state<PositionFormat>(readChoice("coords", FORMATS, location.search, localStorage));

export function positionFormat(): PositionFormat {
  return current;
}

export function setPositionFormat(format: PositionFormat): void {
  current = format;
  history.replaceState(null, "", keepChoice("coords", format, FORMATS, location.search, localStorage));
}

/** Says a position as this screen writes them; said again when the format changes. */
export function position(latitude: number, longitude: number): string {
  return sayPosition({ latitude, longitude }, current);
}
