// The most dangerous lost track comes first; what has ended is not listed.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LostTrack } from "../src/generated/messages.ts";
import { areaText, sortLost } from "../src/lost/lost.ts";

function lost(id: string, fields: Partial<LostTrack>): LostTrack {
  return { lost_id: id, state: "lost", armed: null, last_seen_ns: 0, area_km2: 1, dead_reckoning_km2: 1, ...fields } as LostTrack;
}

test("armed before unknown, then the one lost last; ended ones not at all", () => {
  const shown = sortLost([
    lost("old", { last_seen_ns: 1 }),
    lost("new", { last_seen_ns: 2 }),
    lost("armed", { armed: 0.6 }),
    lost("over", { state: "ended", armed: 0.9 }),
  ]);
  assert.deepEqual(shown.map((one) => one.lost_id), ["armed", "new", "old"]);
});

test("areas have the digits that mean something", () => {
  assert.deepEqual([123.4, 12.34, 1.234, 0.0123].map(areaText), ["123", "12", "1.2", "0.012"]);
});
