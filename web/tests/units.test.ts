// Units in lists, forms and the search; incidents and units under the pointer.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { IncidentView, Unit } from "../src/generated/messages.ts";
import { incidentAt } from "../src/incident/overlay.ts";
import { makeView } from "../src/picture/projection.ts";
import { findHits } from "../src/place/search.ts";
import { Tracks } from "../src/track/tracks.ts";
import { unitCode } from "../src/unit/codes.ts";
import { unitAt } from "../src/unit/pick.ts";
import { draftOf, filledOf, isDoubted, ROLES, sortUnits } from "../src/unit/units.ts";

function unit(unit_id: string, fields: Partial<Unit> = {}): Unit {
  return {
    id: unit_id, time_ns: 0, origin: "n", label: { policy: "", classification: 0, releasable_to: [], caveats: [], originator: "" },
    kind: "unit", unit_id, name: unit_id, role: "patrol", state: "ready", latitude_deg: 55, longitude_deg: 25, position_ns: 0,
    ready_in_s: null, contact: "", entered_by: "", ...fields,
  };
}

test("who can be asked first stands first, then by name", () => {
  const units = [unit("b"), unit("c", { state: "unavailable" }), unit("a", { state: "busy" }), unit("d", { name: "Aitvaras" })];
  assert.deepEqual(sortUnits(units).map((one) => one.unit_id), ["d", "b", "a", "c"]);
});

test("a place that nobody has told for an hour is doubted", () => {
  const one = unit("a", { position_ns: 5e15 });
  assert.equal(isDoubted(one, 5e9 + 3600e3), false);
  assert.equal(isDoubted(one, 5e9 + 3600e3 + 1), true);
});

test("a form begun with a unit hands in the same unit", () => {
  const one = unit("heli-1", { role: "helicopter", state: "busy", ready_in_s: 90, contact: "LV-1", latitude_deg: 54.123456 });
  const draft = draftOf(filledOf(one));
  const { unit_id, name, role, state, latitude_deg, longitude_deg, ready_in_s, contact } = one;
  assert.deepEqual(draft, { unit_id, name, role, state, latitude_deg, longitude_deg, ready_in_s, contact, position_ns: null, label: null });
  for (const minutes of ["", null]) assert.equal(draftOf({ ...filledOf(one), minutes }).ready_in_s, null, "nobody knows");
});

test("each role has a symbol of a friendly land unit of its own", () => {
  const codes = ROLES.map(unitCode);
  assert.ok(codes.every((code) => /^130310\d{14}$/.test(code)), codes.join());
  assert.equal(new Set(codes).size, ROLES.length);
});

test("the search finds units by id, name and contact", () => {
  const units = [unit("patrol-7", { name: "Šiaulių patrulis", contact: "LV-7" })];
  for (const text of ["patrol", "siauliu", "lv-7"]) {
    const [hit] = findHits(text, { tracks: new Tracks(), configuration: null, towns: [], units });
    assert.deepEqual([hit?.kind, hit?.unitId, hit?.latitude], ["unit", "patrol-7", 55]);
  }
});

test("a click takes the nearest unit, and the pin whose head is under it", () => {
  const view = makeView({ lat: 55, lng: 25 }, 8, 1000, 800);
  const units = [unit("near", { longitude_deg: 25.01 }), unit("here")];
  assert.equal(unitAt(units, view, 501, 401)?.unit_id, "here");
  assert.equal(unitAt(units, view, 560, 401), null);
  const pin = { latitude_deg: 55, longitude_deg: 25 } as IncidentView;
  assert.equal(incidentAt([pin], view, 503, 378), pin);
  assert.equal(incidentAt([pin], view, 500, 400), null, "the place itself belongs to what is there");
});
