// Distances, bearings and closest approaches against known values.
import assert from "node:assert/strict";
import { test } from "node:test";
import { closestApproach } from "../src/measuring/approach.ts";
import { courseBetween, placeAt } from "../src/measuring/geodesic.ts";
import { sayBearing } from "../src/language/figures.ts";
import { endsNow, goneOf, legsOf, lineOf, ringOf, sayDistance } from "../src/measuring/legs.ts";

const VILNIUS = { latitude: 54.6872, longitude: 25.2797 };
const place = ([latitude, longitude]: readonly [number, number]) => ({ latitude, longitude });

test("distance and bearing agree with PROJ to a millimetre", () => {
  // pyproj 3.7: Geod(ellps="WGS84").inv(...); the third pair is Vincenty's own line, Flinders Peak to Buninyong
  for (const [from, to, distanceM, bearingDeg] of [
    [[54.6872, 25.2797], [55.7033, 21.1443], 286562.86587633425, 294.93392307922977],
    [[54.6872, 25.2797], [54.6881, 25.2797], 100.18599005877303, 0],
    [[-37.95103341666667, 144.42486788888888], [-37.65282113888889, 143.92649552777777], 54972.27113920079, 306.86815920288063],
    [[50.06632, -5.71475], [58.64402, -3.07009], 969954.1663142095, 9.141877488906054],
    [[60, 179.9], [60, -179.9], 11159.996065072652, 89.91339743760065],
  ] as const) {
    const course = courseBetween(place(from), place(to))!;
    assert.ok(Math.abs(course.distanceM - distanceM) < 1e-3, `${course.distanceM}`);
    assert.ok(Math.abs(course.bearingDeg - bearingDeg) < 1e-6, `${course.bearingDeg}`);
  }
  assert.deepEqual(courseBetween(VILNIUS, VILNIUS), { distanceM: 0, bearingDeg: 0 });
  assert.equal(courseBetween({ latitude: 0, longitude: 0 }, { latitude: 0.5, longitude: 179.7 }), null);
});

test("a place at a bearing and distance agrees with PROJ to a millimetre", () => {
  for (const [from, bearing, distance, latitude, longitude] of [
    [[54.6872, 25.2797], 90, 250_000, 54.62525949362405, 29.1522791140195],
    [[54.6872, 25.2797], 213.5, 12_345.6, 54.59467196728056, 25.174281620547553],
    [[60, 179.9], 80, 50_000, 60.07497493857281, -179.21552770277574],
  ] as const) {
    const found = placeAt(place(from), bearing, distance);
    assert.ok(Math.hypot(found.latitude - latitude, found.longitude - longitude) < 1e-8, JSON.stringify(found));
  }
});

test("closest approach: head on, abeam, moving apart, and against what flies along", () => {
  const still = { ...VILNIUS, courseDeg: 0, speedMps: 0 };
  const east = { ...placeAt(VILNIUS, 90, 10_000), courseDeg: 270, speedMps: 50 };
  const meeting = closestApproach(east, still)!;
  assert.ok(Math.abs(meeting.inS - 200) < 0.1 && meeting.distanceM < 25, JSON.stringify(meeting));
  const passing = closestApproach({ ...east, ...placeAt(east, 0, 3000) }, still)!;
  assert.ok(Math.abs(passing.inS - 200) < 0.2 && Math.abs(passing.distanceM - 3000) < 25, JSON.stringify(passing));
  assert.ok(closestApproach({ ...east, courseDeg: 90 }, still)!.inS < 0);
  assert.equal(closestApproach(east, { ...still, courseDeg: 270, speedMps: 50 }), null);
  assert.equal(closestApproach(still, { ...still, latitude: 55 }), null);
  const both = closestApproach(east, { ...still, courseDeg: 90, speedMps: 50 })!;
  assert.ok(Math.abs(both.inS - 100) < 0.1);
});

test("legs follow the shortest way and rings keep their distance", () => {
  const end = (latitude: number, longitude: number) => ({ latitude, longitude, name: "", courseDeg: 0, speedMps: 0 });
  const [leg, ...more] = legsOf([end(54, 21), end(54, 28)]);
  assert.equal(more.length, 0);
  const line = lineOf(leg!);
  assert.ok(line[16]!.latitude > 54.05, "the shortest way bends north of the parallel");
  for (const corner of ringOf(VILNIUS, 40_000)) {
    assert.ok(Math.abs(courseBetween(VILNIUS, corner)!.distanceM - 40_000) < 1e-3);
  }
});

test("a measure does not close over a track that is gone", () => {
  const at = (latitude: number) => ({ place: { latitude, longitude: 25 }, name: "" });
  const none = { row: () => undefined } as unknown as Parameters<typeof endsNow>[1];
  const ends = [{ trackId: 7 }, at(54), at(55), { trackId: 9 }, at(56)];
  const now = endsNow(ends, none);
  assert.deepEqual(now.map((end) => end?.latitude ?? null), [null, 54, 55, null, 56]);
  assert.deepEqual(legsOf(now).map((leg) => [leg.from.latitude, leg.to.latitude]), [[54, 55]]);
  assert.deepEqual(goneOf(ends, now), [7, 9]);
});

test("distances are said in both units and bearings in three digits", () => {
  assert.equal(sayDistance(1852), "1.85 km · 1.00 NM");
  assert.equal(sayDistance(286_562.9), "287 km · 155 NM");
  assert.deepEqual([7.2, 359.7, 87].map(sayBearing), ["007°", "000°", "087°"]);
});
