// What an analyst asks for, in the address and to the node; scales, ticks and lines of plots.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  blankQuestion,
  inAnyOrder,
  inOrderOf,
  inputTime,
  narrowedBy,
  readQuestion,
  sortedBy,
  stepOf,
  timeOfInput,
  tracksBy,
  withoutQuestion,
  writeQuestion,
  type Question,
} from "../src/history/question.ts";
import { CLASSES } from "../src/track/identity.ts";
import { at, pathOf, rangeOf, sayMoment, ticks, timeTicks, valueAt } from "../src/history/scale.ts";

const NOW = 1_790_000_000_000;

test("a question comes back from its address whole, and leaves no trace when it is gone", () => {
  const asked: Question = {
    what: "tracks",
    fromMs: NOW - 7_200_000,
    untilMs: NOW,
    className: "balloon",
    zone: "",
    area: [[24.5, 54.25], [25, 55], [26, 54.5]],
    classification: "restricted",
    originator: "LVA",
    sort: "highest_m",
    descending: false,
    after: '[312.5,7]',
    before: "",
    chosen: 1042,
  };
  const address = writeQuestion("?view=history&lat=54", asked);
  assert.deepEqual(readQuestion(address, NOW), asked);
  assert.equal(withoutQuestion(address), "?view=history&lat=54");
  assert.deepEqual(readQuestion("?view=history", NOW), blankQuestion(NOW));
  assert.deepEqual(readQuestion("?what=ufo&class=ufo&area=1,x&sort=drop&from=never", NOW), blankQuestion(NOW));
});

test("two corners are a box whatever their order, more an area, one is none", () => {
  const of = (...area: [number, number][]): URLSearchParams => narrowedBy({ ...blankQuestion(NOW), area });
  assert.equal(of([26, 54], [24, 56]).get("box"), "24,54,26,56");
  assert.equal(of([24, 54], [26, 54], [25, 56]).get("ring"), "24,54;26,54;25,56");
  assert.deepEqual([of([24, 54]).has("box"), of([24, 54]).has("ring")], [false, false]);
  assert.equal(narrowedBy({ ...blankQuestion(NOW), zone: "low", area: [[1, 1], [2, 2]] }).has("box"), false);
});

test("a file has the same order as the page, and no page", () => {
  const paged = tracksBy({ ...blankQuestion(NOW), after: "[5,5]", className: CLASSES[0] }, true);
  assert.deepEqual([paged.get("limit"), paged.get("after"), paged.get("class_name")], ["100", "[5,5]", "one_way_drone"]);
  const whole = tracksBy({ ...blankQuestion(NOW), after: "[5,5]" }, false);
  assert.equal(whole.has("after"), false);
  assert.deepEqual([whole.get("sort"), whole.get("descending"), whole.has("limit")], ["last_ns", "true", false]);
});

test("a column sorts, then the other way round, from the first page on; words begin with A", () => {
  const later = { ...blankQuestion(NOW), after: "[5,5]" };
  const byHeight = sortedBy(later, "highest_m");
  assert.deepEqual([byHeight.sort, byHeight.descending, byHeight.after], ["highest_m", true, ""]);
  assert.equal(sortedBy(byHeight, "highest_m").descending, false);
  assert.equal(sortedBy(later, "callsign").descending, false);
});

test("an address says the order and the page of records, and no order that they have not", () => {
  const asked: Question = { ...blankQuestion(NOW), what: "alert", sort: "level", before: '["2 critical","a/1"]' };
  assert.deepEqual(readQuestion(writeQuestion("", asked), NOW), asked);
  assert.equal(readQuestion("?what=alert&sort=highest_m", NOW).sort, "changed");
  assert.equal(new URLSearchParams(writeQuestion("", { ...asked, sort: "changed" })).has("sort"), false);
  assert.equal(readQuestion("?after=x&before=y", NOW).before, "");
});

test("times are typed in UTC", () => {
  assert.equal(inputTime(NOW), "2026-09-21 14:13");
  assert.equal(timeOfInput("2026-09-21 14:13"), Date.UTC(2026, 8, 21, 14, 13));
  assert.equal(timeOfInput("yesterday"), null);
  for (const none of ["2026-11-31 10:00", "2026-09-21 25:00"]) assert.equal(timeOfInput(none), null, none);
});

test("a time is counted in steps that fit a screen", () => {
  assert.deepEqual([1, 6, 7, 96, 97].map((hours) => stepOf(0, hours * 3_600_000)), ["minutes", "minutes", "hour", "hour", "day"]);
});

test("ticks are round and inside, also of small and of no lengths", () => {
  assert.deepEqual(ticks(0, 1, 3), [0, 0.5, 1]);
  assert.deepEqual(ticks(0, 9300, 3), [0, 5000]);
  assert.deepEqual(ticks(0.013, 0.041, 3), [0.02, 0.03, 0.04]);
  assert.deepEqual(ticks(5, 5, 3), [5]);
  assert.deepEqual(timeTicks(NOW, NOW + 3_600_000, 8).map((ms) => ms % 600_000), [0, 0, 0, 0, 0, 0]);
});

test("a scale goes there and back, and stops at its ends", () => {
  const x = { from: NOW, until: NOW + 1000, size: 400 };
  assert.equal(at(x, NOW + 250), 100);
  assert.equal(valueAt(x, 100), NOW + 250);
  assert.equal(valueAt(x, -5), NOW);
});

test("a line breaks where nothing is known", () => {
  const x = { from: 0, until: 10, size: 100 };
  assert.equal(pathOf([[0, 0], [1, 5], [2, null], [3, 10]], x, { from: 0, until: 10, size: 50 }), "M0.0 50.0L10.0 25.0M30.0 0.0");
  assert.deepEqual(rangeOf([[[0, 3], [1, null]]]), [0, 3]);
  assert.deepEqual(rangeOf([[[0, null]]]), [0, 1]);
});

test("a form asks in the order of the page where there is such, from the first page on, and plots what is asked for again", () => {
  const shown: Question = { ...blankQuestion(NOW), sort: "label", descending: false, after: "[1,1]", chosen: 5 };
  const again = inOrderOf(blankQuestion(NOW), shown);
  assert.deepEqual([again.sort, again.descending, again.after, again.chosen], ["label", false, "", 5]);
  assert.equal(inAnyOrder(again), inAnyOrder(shown));
  const alerts = inOrderOf({ ...blankQuestion(NOW), what: "alert" }, shown);
  assert.deepEqual([alerts.sort, alerts.descending, alerts.chosen], ["label", false, null]);
  const height = inOrderOf({ ...blankQuestion(NOW), what: "alert" }, { ...shown, sort: "highest_m" });
  assert.deepEqual([height.sort, height.descending], ["changed", true]);
});

test("a moment of a plot longer than a day has its day", () => {
  assert.equal(sayMoment(NOW, 3_600_000), "14:13:20Z");
  assert.equal(sayMoment(NOW, 7 * 86_400_000), "2026-09-21 14:13:20Z");
});
