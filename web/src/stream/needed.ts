// Tracks that the page needs wherever they are: nobody may lose one because of where the map stands.
import type { Alert, GnssInterference, Sighting } from "../generated/messages.ts";
import type { End } from "../measuring/legs.ts";

export interface Needs {
  readonly selected: number | null;
  readonly alerts: readonly Alert[];
  readonly sightings: readonly Sighting[];
  readonly interference: readonly GnssInterference[];
  readonly ends: readonly End[];
}

/** Alerts that mark no track, so that the node does not send theirs by itself. */
const UNMARKED: readonly Alert["state"][] = ["held_back", "shelved", "ended"];

/** Lists what is selected, measured or named by a list; what has a standing alert the node sends in any case. */
export function neededTracks({ selected, alerts, sightings, interference, ends }: Needs): number[] {
  const named = [
    ...(selected === null ? [] : [selected]),
    ...alerts.flatMap((alert) => (UNMARKED.includes(alert.state) ? alert.track_ids : [])),
    ...ends.flatMap((end) => ("trackId" in end ? [end.trackId] : [])),
    ...sightings.flatMap((sighting) => (sighting.state === "tracked" ? sighting.track_ids.slice(0, 1) : [])),
    ...interference.flatMap((event) => (event.icao_address === null ? [] : event.track_ids)),
  ];
  return [...new Set(named)];
}
