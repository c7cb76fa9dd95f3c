// What no track shows comes first, the surer before the less sure; a tracked one is where its track is.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sighting } from "../src/generated/messages.ts";
import { placeOf, shownSightings } from "../src/sighting/sightings.ts";
import type { Tracks } from "../src/track/tracks.ts";

function sighting(id: string, fields: Partial<Sighting>): Sighting {
  return {
    sighting_id: id, state: "unconfirmed", probability: 0.3, observed_ns: 0, track_ids: [], latitude_deg: 55,
    longitude_deg: 24, ...fields,
  } as Sighting;
}

test("untracked first, the surer first, ended ones not at all", () => {
  const shown = shownSightings([
    sighting("tracked", { state: "tracked", probability: 0.99 }),
    sighting("ended", { state: "ended" }),
    sighting("doubtful", {}),
    sighting("newer", { observed_ns: 5 }),
    sighting("supported", { state: "supported", probability: 0.9 }),
  ]);
  assert.deepEqual(shown.map((one) => one.sighting_id), ["supported", "newer", "doubtful", "tracked"]);
});

test("a tracked one is where its track is now, another where it is likeliest", () => {
  const tracks = { row: (id: number) => (id === 7 ? 0 : undefined), longitudeDeg: [25], latitudeDeg: [56] };
  const known = tracks as unknown as Tracks;
  const meant = { state: "tracked", track_ids: [7], latitude_deg: null, longitude_deg: null } as const;
  assert.deepEqual(placeOf(sighting("a", meant), known), [25, 56]);
  assert.equal(placeOf(sighting("b", { ...meant, track_ids: [8] }), known), null);
  assert.deepEqual(placeOf(sighting("c", {}), known), [24, 55]);
});
