import assert from "node:assert/strict";
import { test } from "node:test";
import { endsSoon } from "../src/session/ending.ts";

const NOW_MS = 1_790_000_000_000;
const inSeconds = (seconds: number): number => (NOW_MS + 1000 * seconds) * 1e6;

test("who sits there is told a quarter of an hour before the session ends, not sooner", () => {
  assert.equal(endsSoon(inSeconds(901), NOW_MS), null);
  assert.equal(endsSoon(inSeconds(900), NOW_MS), 900);
  assert.equal(endsSoon(inSeconds(59), NOW_MS), 59);
});

test("one that is over has no time left, and one without an end is never told", () => {
  assert.equal(endsSoon(inSeconds(-5), NOW_MS), 0);
  assert.equal(endsSoon(null, NOW_MS), null);
});
