// Which part of the picture the page asks for, and what it never does without.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Alert, GnssInterference, Sighting, ViewRequest } from "../src/generated/messages.ts";
import { makeView, type View } from "../src/picture/projection.ts";
import { neededTracks } from "../src/stream/needed.ts";
import { boxOf, nextView, type Looking } from "../src/stream/viewport.ts";

const WHOLE: ViewRequest = { type: "view", box: null, selected: [] };

function near(lat = 55, lng = 25, zoom = 9): View {
  return makeView({ lat, lng }, zoom, 1200, 800);
}

function looking(fields: Partial<Looking> = {}): Looking {
  return { view: near(), count: 10_000, everywhere: false, needed: [], ...fields };
}

test("from near the page asks for what is in view and half a view around it", () => {
  const asked = nextView(WHOLE, looking())!;
  const [west, south, east, north] = asked.box!;
  const [left, low, right, high] = boxOf(near(), 0);
  assert.ok(Math.abs(east - west - 2 * (right - left)) < 1e-6);
  assert.ok(west < left && south < low && east > right && north > high);
  assert.ok(west > 22 && east < 28, "twelve hundred pixels at zoom 9 are 1.6 degrees");
});

test("far out, of few tracks, with a filter or search, or with too much that is needed, it asks for everything", () => {
  const asked = nextView(WHOLE, looking())!;
  const many = Array.from({ length: 33 }, (_, i) => i);
  for (const fields of [{ view: near(55, 25, 7) }, { count: 999 }, { everywhere: true }, { needed: many }, { view: null }]) {
    assert.equal(nextView(WHOLE, looking(fields)), null, "it has everything already");
    assert.deepEqual(nextView(asked, looking(fields)), WHOLE);
  }
});

test("moving within the margin asks for nothing, beyond it or far nearer for another part", () => {
  const asked = nextView(WHOLE, looking())!;
  assert.equal(nextView(asked, looking()), null);
  assert.equal(nextView(asked, looking({ view: near(55, 25.7) })), null, "less than half a view");
  const farther = nextView(asked, looking({ view: near(55, 26.5) }))!;
  assert.ok(farther.box![0] > asked.box![0]);
  assert.equal(nextView(asked, looking({ view: near(55, 25, 9.5) })), null, "a little nearer");
  assert.ok(nextView(asked, looking({ view: near(55, 25, 11) }))!.box![0] > asked.box![0]);
});

test("another track that is needed is asked for with the same part; one that is no more needed costs nothing", () => {
  const asked = nextView(WHOLE, looking({ needed: [7] }))!;
  assert.deepEqual(asked.selected, [7]);
  const more = nextView(asked, looking({ needed: [7, 9] }))!;
  assert.deepEqual([more.box, more.selected], [asked.box, [7, 9]]);
  assert.equal(nextView(more, looking({ needed: [9] })), null);
});

test("what is selected, measured or named by any list is needed wherever it is", () => {
  const alert = (state: string, ...track_ids: number[]): Alert => ({ state, track_ids }) as unknown as Alert;
  const ids = neededTracks({
    selected: 1,
    alerts: [alert("shelved", 2), alert("held_back", 3), alert("ended", 4, 1), alert("raised", 99)],
    sightings: [{ state: "tracked", track_ids: [5, 6] }, { state: "unconfirmed", track_ids: [98] }] as unknown as Sighting[],
    interference: [{ icao_address: "503001", track_ids: [7] }, { icao_address: null, track_ids: [97] }] as unknown as GnssInterference[],
    ends: [{ trackId: 8 }, { place: { latitude: 55, longitude: 25 }, name: "" }],
  });
  assert.deepEqual(ids, [1, 2, 3, 4, 8, 5, 7], "the node itself sends what has a standing alert");
});
