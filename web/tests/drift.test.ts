// What stands is shown first, what is over goes after half an hour; winds are told by source with their age.
import assert from "node:assert/strict";
import { test } from "node:test";
import { percent, phaseOf, shownClosures, windsBySource } from "../src/drift/drift.ts";
import type { ClosureAdvice, DriftForecast, WindTable } from "../src/generated/messages.ts";

const NOW_MS = 1_790_000_000_000;
const advice = (zone_name: string, state: ClosureAdvice["state"], minutesAgo = 0) =>
  ({ zone_name, state, time_ns: (NOW_MS - minutesAgo * 60e3) * 1e6 }) as ClosureAdvice;

test("what must be done now comes first, and old ends go", () => {
  const closures = [advice("A", "reopen", 40), advice("B", "expected"), advice("C", "close"), advice("D", "reopen", 5)];
  assert.deepEqual(shownClosures(closures, NOW_MS).map((one) => one.zone_name), ["C", "B", "D"]);
});

test("winds are told by source, with the levels and the age of the table nearest in time", () => {
  const table = (source: string, hours: number, levels: number) =>
    ({ source, valid_ns: (NOW_MS + hours * 3600e3) * 1e6, levels: Array.from({ length: levels }) }) as unknown as WindTable;
  const [first, second] = windsBySource([table("ICON", -2, 5), table("ICON", 1, 7), table("sonde", -6, 9)], NOW_MS);
  assert.deepEqual([first!.source, first!.tables, first!.levels], ["ICON", 2, 7]);
  assert.ok(Math.abs(first!.ageH + 1) < 1e-9);
  assert.ok(Math.abs(second!.ageH - 6) < 1e-9);
});

test("the likeliest phase is named", () => {
  const forecast = (rising: number, floating: number, falling: number) => ({ rising, floating, falling }) as DriftForecast;
  assert.equal(phaseOf(forecast(0.6, 0.3, 0.1)), "rising");
  assert.equal(phaseOf(forecast(0.2, 0.5, 0.3)), "floating");
  assert.equal(phaseOf(forecast(0.2, 0.3, 0.5)), "falling");
});

test("small chances keep a digit", () => {
  assert.deepEqual([percent(0), percent(0.012), percent(0.31)], ["0", "1.2", "31"]);
});
