// Airports as their operations room sees them: the most urgent first, windows as shares of the hour ahead.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClosureAdvice, Zone } from "../src/generated/messages.ts";
import { AHEAD_MS, airportsOf, windowsOf } from "../src/role/airport.ts";

const NOW = 1_790_000_000_000;

function zone(id: string, closes = true): Zone {
  return { id, name: id, kind: "protected", value: 1, closes, floor_m: 0, ceiling_m: 1, polygon: [], holes: [], centre: [25, 54], radius_m: 1 };
}

function advice(zone_id: string, fields: Partial<ClosureAdvice>): ClosureAdvice {
  return { zone_id, zone_name: zone_id, state: "expected", from_ns: NOW * 1e6, until_ns: null, entry_ns: null, exit_ns: null, ...fields } as ClosureAdvice;
}

test("every airport is there, what must be done now first, and no other zone", () => {
  const shown = [advice("b", { state: "expected" }), advice("c", { state: "close" }), advice("gone", { state: "reopen" })];
  const found = airportsOf([zone("a"), zone("b"), zone("c"), zone("plant", false)], shown);
  assert.deepEqual(found.map((one) => [one.zoneId, one.state]), [["c", "close"], ["b", "expected"], ["gone", "reopen"], ["a", "open"]]);
});

test("windows are cut to the hour ahead, and a closure without an end fills it", () => {
  const at = (minutes: number): number => (NOW + minutes * 60_000) * 1e6;
  const told = advice("a", { state: "close", from_ns: at(-10), entry_ns: [at(15), at(30)], exit_ns: [at(70), at(80)] });
  assert.deepEqual(windowsOf(told, NOW), [
    { what: "closed", from: 0, until: 1 },
    { what: "entry", from: 0.25, until: 0.5 },
  ]);
  assert.equal(AHEAD_MS, 3_600_000);
  assert.deepEqual(windowsOf(advice("a", { state: "reopen" }), NOW), []);
});
