// What a phone keeps of a report, how it tells it, and what it makes of the node's answers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isTooOld, readPlace, sigmaOf, toDraft, writePlace, type Entry } from "../src/report/entries.ts";
import { verdictOf } from "../src/report/node.ts";

const SEEN_MS = 1_790_000_000_000;
const ENTRY: Entry = {
  reportId: "6f1c", revision: 0, account: "jonas", seenMs: SEEN_MS, state: "waiting", reason: "", counts: true,
  place: { latitude: 54.6872, longitude: 25.2797, sigmaM: 5 },
  answers: {
    what: "plane", bearing: "NE", distance: "near", heading: null, sense: "both", sureness: "unsure", reporter: "soldier", words: "",
  },
};

test("a report is told as the node takes it, its time as an age", () => {
  assert.deepEqual(toDraft(ENTRY, SEEN_MS + 90_000), {
    report_id: "6f1c", channel: "app", latitude_deg: 54.6872, longitude_deg: 25.2797, place_sigma_m: 5, minutes_ago: 1.5,
    seen: "plane", bearing: "NE", distance: "near", heading: null, sense: "both", confidence: 0.4, reporter: "soldier", words: "",
  });
});

test("a clock that was set back does not put an observation into the future", () => {
  assert.equal(toDraft(ENTRY, SEEN_MS - 3_600_000).minutes_ago, 0);
});

test("after fifteen minutes it is too old to change the picture", () => {
  assert.equal(isTooOld(ENTRY, SEEN_MS + 899_000), false);
  assert.equal(isTooOld(ENTRY, SEEN_MS + 900_000), true);
});

test("places are read as people write them, and nothing else is taken for one", () => {
  for (const text of ["54.6872, 25.2797", "54,6872; 25,2797", "54.6872 N 25.2797 E", "54.6872° Š, 25.2797° R", "54.6872 25.2797"]) {
    assert.deepEqual(readPlace(text), { latitude: 54.6872, longitude: 25.2797, sigmaM: 100 }, text);
  }
  assert.equal(readPlace("33.9 S, 18.4 W")?.latitude, -33.9);
  assert.equal(readPlace("33.9 S, 18.4 W")?.longitude, -18.4);
  for (const text of ["", "Vilnius", "54.6872", "95, 25", "54.7, 200", "54.6872, 25.2797, 90"]) assert.equal(readPlace(text), null, text);
});

test("a place that is written is read as the same to a metre", () => {
  const read = readPlace(writePlace(ENTRY.place))!;
  assert.ok(Math.abs(read.latitude - 54.6872) < 1e-5 && Math.abs(read.longitude - 25.2797) < 1e-5);
});

test("a radius of 95 percent is 2.45 sigma, within what the node takes", () => {
  assert.equal(sigmaOf(24.5), 10);
  assert.equal(sigmaOf(0), 3);
  assert.equal(sigmaOf(1e9), 50_000);
});

test("the node's answers: taken, refused with the reason, later", () => {
  assert.deepEqual(verdictOf(202, { report_id: "6f1c", counts: false }), { is: "accepted", counts: false });
  assert.deepEqual(verdictOf(403, { detail: "expected a role" }), { is: "refused", reason: "expected a role" });
  const bad = { detail: [{ loc: ["body", "latitude_deg"], msg: "too large" }] };
  assert.deepEqual(verdictOf(422, bad), { is: "refused", reason: "latitude_deg: too large" });
  assert.deepEqual(verdictOf(401, { detail: "log in" }), { is: "logged_out" });
  for (const status of [429, 500, 502, 503]) assert.deepEqual(verdictOf(status, {}), { is: "busy" });
});

test("an answer of somebody else's is none: a report is not lost to a hotel's log-in page", () => {
  assert.throws(() => verdictOf(200, { welcome: "to our hotel" }));
  assert.throws(() => verdictOf(404, {}));
});
