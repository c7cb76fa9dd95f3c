// What the time axis decides: the strip, its gaps, what is asked of the node, the address.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TimelineMark } from "../src/generated/messages.ts";
import { readTime, writeTime } from "../src/time/address.ts";
import { newsOf } from "../src/time/news.ts";
import { HOUR_MS, instantAt, markBeside, MINUTE_MS, shareOf, spanAround, stepFrom, ticksOf, unknownOf } from "../src/time/span.ts";
import { TRAIL_POINTS, Trails, type Places } from "../src/track/trails.ts";

const NOW = Date.UTC(2026, 10, 26, 21, 4, 7);

test("live, the strip ends now; an instant in sight does not move it; one out of sight is put in its middle", () => {
  const live = spanAround(null, HOUR_MS, NOW, NOW);
  assert.deepEqual(live, { fromMs: NOW - HOUR_MS, untilMs: NOW });
  assert.deepEqual(spanAround(live, HOUR_MS, NOW - HOUR_MS / 2, NOW + 5000).untilMs, NOW + 5000);
  const past = spanAround(live, HOUR_MS, NOW - 10 * HOUR_MS, NOW);
  assert.equal(shareOf(past, NOW - 10 * HOUR_MS), 0.5);
  assert.equal(spanAround(past, HOUR_MS, NOW - 10 * HOUR_MS + MINUTE_MS, NOW), past);
  assert.notEqual(spanAround(past, 6 * HOUR_MS, NOW - 10 * HOUR_MS, NOW), past);
});

test("a place on the strip is an instant and back; what is beyond its ends is not reached", () => {
  const span = { fromMs: NOW - HOUR_MS, untilMs: NOW };
  assert.equal(shareOf(span, instantAt(span, 0.25)), 0.25);
  assert.equal(instantAt(span, 1.5), NOW);
  assert.equal(instantAt(span, -1), NOW - HOUR_MS);
});

test("what was not recorded is shown: before the record, in gaps, all of it when there is none", () => {
  const span = { fromMs: NOW - HOUR_MS, untilMs: NOW };
  const nothing = { first_ms: null, last_ms: null, gaps: [] };
  assert.deepEqual(unknownOf(span, nothing), [{ from: 0, until: 1, fault: "" }]);
  const gaps = [
    { from_ms: NOW - 5 * HOUR_MS, until_ms: NOW - 4 * HOUR_MS, fault: "" },
    { from_ms: NOW - HOUR_MS / 4, until_ms: NOW, fault: "screen-1.screen is damaged at byte 7" },
  ];
  assert.deepEqual(unknownOf(span, { first_ms: NOW - HOUR_MS / 2, last_ms: NOW - 5000, gaps }), [
    { from: 0, until: 0.5, fault: "" },
    { from: 0.75, until: 1, fault: "screen-1.screen is damaged at byte 7" },
  ]);
});

test("a record that has ended is unknown from there on", () => {
  const span = { fromMs: NOW - HOUR_MS, untilMs: NOW };
  const view = { first_ms: NOW - 9 * HOUR_MS, last_ms: NOW - HOUR_MS / 4, gaps: [] };
  assert.deepEqual(unknownOf(span, view), [{ from: 0.75, until: 1, fault: "" }]);
});

test("ticks stand at round times, and not too many of them", () => {
  for (const hours of [0.25, 1, 6, 24]) {
    const ticks = ticksOf({ fromMs: NOW - hours * HOUR_MS, untilMs: NOW });
    assert.ok(ticks.length >= 3 && ticks.length <= 9, `${hours} h: ${ticks.length}`);
    assert.ok(ticks.every((tick) => tick % MINUTE_MS === 0));
  }
});

test("a step ends at now; a page that reckons the node's time too early takes nobody further back than asked", () => {
  assert.equal(stepFrom(NOW - 5000, 1, NOW), NOW - 4000);
  assert.equal(stepFrom(NOW - 400, 1, NOW), NOW);
  assert.equal(stepFrom(NOW, -1, NOW - 3000), NOW - 1000);
  assert.equal(stepFrom(NOW, 1, NOW - 3000), NOW);
});

test("one goes from mark to mark", () => {
  const mark = (time_ms: number): TimelineMark => ({ time_ms, kind: "alert", level: "critical", text: "", track_id: 1 });
  const marks = [mark(1000), mark(2000), mark(3000)];
  assert.equal(markBeside(marks, 2000, 1)?.time_ms, 3000);
  assert.equal(markBeside(marks, 2000, -1)?.time_ms, 1000);
  assert.equal(markBeside(marks, 3000, 1), null);
});

test("the address carries the instant and the speed, and nothing when it is live", () => {
  const search = writeTime("?lat=1&list=drift", { timeMs: NOW, speed: 8 });
  assert.deepEqual(readTime(search), { timeMs: NOW, speed: 8 });
  assert.match(search, /time=2026-11-26T21%3A04%3A07.000Z/);
  assert.deepEqual(readTime(writeTime(search, { timeMs: NOW, speed: null })), { timeMs: NOW, speed: null });
  assert.equal(writeTime(search, { timeMs: null, speed: 8 }), "?lat=1&list=drift");
  assert.deepEqual(readTime("?time=nonsense&speed=2"), { timeMs: null, speed: null });
  assert.deepEqual(readTime("?time=1790000000000&speed=99"), { timeMs: 1_790_000_000_000, speed: null });
});

test("trails of before stand behind what is kept already, and no more than a ring holds", () => {
  const trails = new Trails();
  const placed = (x: number, ...id: number[]): Places => {
    return { id: Uint32Array.from(id), x: new Float32Array(id.length).fill(x), y: new Float32Array(id.length) };
  };
  const drawnOf = (id: number): number[] => {
    const drawn: number[] = [];
    trails.each(id, (x) => drawn.push(x));
    return drawn;
  };
  trails.add(placed(9, 3, 4), 1000);
  trails.putBefore([placed(1, 3), placed(2, 2, 3)]);
  assert.deepEqual(drawnOf(3), [9, 2, 1]);
  assert.deepEqual([drawnOf(4), drawnOf(2), drawnOf(77)], [[9], [2], []], "each has the places where it was");
  trails.putBefore(Array.from({ length: 40 }, (_, i) => placed(100 + i, 3)));
  const full = drawnOf(3);
  assert.deepEqual(full.slice(0, 4), [9, 2, 1, 139]);
  assert.equal(full.length, TRAIL_POINTS);
  trails.forget();
  trails.each(3, () => assert.fail("nothing is kept"));
});

test("new live alerts sound once each, critical ones first, and another playback's are others", () => {
  const news = newsOf({ new_alerts: 3, new_critical: 1 }, 1);
  assert.deepEqual(news.map((one) => one.tier), ["critical", "advisory", "advisory"]);
  assert.equal(new Set([...news, ...newsOf({ new_alerts: 3, new_critical: 1 }, 2)].map((one) => one.alert_id)).size, 6);
  assert.deepEqual(newsOf({ new_alerts: 0, new_critical: 0 }, 1), []);
});
