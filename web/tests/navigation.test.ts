// Disturbed navigation: which colour a cell has, what is listed and in which order.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { GnssInterference } from "../src/generated/messages.ts";
import { areasOf, cellsOf, middleOf, shadeOf, sortEvents } from "../src/navigation/events.ts";

function event(event_id: string, fields: Partial<GnssInterference> = {}): GnssInterference {
  return {
    id: event_id,
    time_ns: 1,
    origin: "LTU-1",
    label: { policy: "", classification: 0, releasable_to: [], caveats: [], originator: "" },
    kind: "gnss_interference",
    event_id,
    cause: "jamming",
    state: "begun",
    icao_address: null,
    cell: "841f717ffffffff",
    is_alarm: true,
    polygon: [[20, 54], [21, 54], [21, 55], [20, 55]],
    band: "high",
    track_ids: [],
    start_ns: 1,
    found_ns: 1,
    end_ns: null,
    confidence: 0.99,
    aircraft: 10,
    affected: 0,
    share: 0,
    reason: "",
    reason_lt: "",
    ...fields,
  };
}

test("a cell is coloured by its share, and too few aircraft have a colour of their own", () => {
  const shades = [0, 0.019, 0.02, 0.1, 0.11].map((share) => shadeOf(event("c", { share })));
  assert.deepEqual(shades, ["green", "green", "yellow", "yellow", "red"]);
  assert.equal(shadeOf(event("c", { aircraft: 4, share: 1 })), "few");
});

test("a cell of both bands is drawn once, as the worse", () => {
  const low = event("low", { is_alarm: false, band: "low", share: 0.5 });
  const high = event("high", { is_alarm: false, share: 0 });
  assert.deepEqual(cellsOf([low, high]).map((cell) => cell.shade), ["red"]);
  assert.deepEqual(cellsOf([high, low]).map((cell) => cell.shade), ["red"]);
});

test("areas come first, then aircraft elsewhere, then jammed ones, the newest first; cells in order are not listed", () => {
  const aircraft = { cell: null, icao_address: "4ca001", polygon: [] };
  const events = [
    event("cell", { is_alarm: false }),
    event("old aircraft", { ...aircraft, start_ns: 2 }),
    event("aircraft", { ...aircraft, start_ns: 9 }),
    event("liar", { ...aircraft, cause: "spoofing", start_ns: 1 }),
    event("area", { start_ns: 5 }),
  ];
  assert.deepEqual(sortEvents(events).map((one) => one.event_id), ["area", "liar", "aircraft", "old aircraft"]);
  assert.deepEqual(areasOf(events).map((one) => one.event_id), ["area"]);
});

test("the middle of an outline is where the map goes", () => {
  assert.deepEqual(middleOf(event("area").polygon), [20.5, 54.5]);
  assert.equal(middleOf([]), null);
});
