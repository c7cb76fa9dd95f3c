// What people reported: which sightings are listed, in which order, and where each is.
import type { Sighting } from "../generated/messages.ts";
import type { Tracks } from "../track/tracks.ts";

const RANK: Readonly<Record<Sighting["state"], number>> = { supported: 0, unconfirmed: 1, tracked: 2, ended: 3 };

/** Those without a track first, the surer before the less sure, the newest first. */
export function shownSightings(sightings: readonly Sighting[]): Sighting[] {
  return sightings
    .filter((one) => one.state !== "ended")
    .sort(
      (a, b) =>
        RANK[a.state] - RANK[b.state] ||
        b.probability - a.probability ||
        b.observed_ns - a.observed_ns ||
        a.sighting_id.localeCompare(b.sighting_id),
    );
}

/** Where to look: the track that is meant, else the likeliest place; longitude, latitude. */
export function placeOf(sighting: Sighting, tracks: Tracks): readonly [number, number] | null {
  const [track] = sighting.track_ids;
  const row = track === undefined ? undefined : tracks.row(track);
  if (sighting.state === "tracked" && row !== undefined) return [tracks.longitudeDeg[row]!, tracks.latitudeDeg[row]!];
  if (sighting.longitude_deg === null || sighting.latitude_deg === null) return null;
  return [sighting.longitude_deg, sighting.latitude_deg];
}
