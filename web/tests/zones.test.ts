// A filled form becomes the zone it means; what nobody touched stays to the last digit.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionView, Zone } from "../src/generated/messages.ts";
import { answerHandover, decideOnSighting, decideOnWarning, resendWarning } from "../src/session/api.ts";
import { deleteZone, enterZone, importZones } from "../src/zone/api.ts";
import { blankZone, draftOfZone, idFor, placesOf, sayBand, withoutLast, withPlace, zoneOf } from "../src/zone/draft.ts";

const BORDER: Zone = {
  id: "lt-east", name: "Rytų siena", kind: "border", value: 2, closes: false, floor_m: -1000, ceiling_m: 100_000,
  polygon: [[25.123456789, 54], [27, 54], [27, 56]], holes: [[[26, 54.5], [26.5, 54.5], [26.5, 55]]], centre: null, radius_m: null,
};
const AIRPORT: Zone = { ...BORDER, id: "eyvi", kind: "restricted", closes: true, polygon: [], holes: [], centre: [25.28, 54.63], radius_m: 7500 };

test("a zone that is opened and saved untouched is the same zone", () => {
  for (const zone of [BORDER, AIRPORT]) assert.deepEqual(zoneOf(draftOfZone(zone)), { zone });
});

test("other words leave the shape alone, another corner makes another shape without the holes", () => {
  const renamed = zoneOf({ ...draftOfZone(BORDER), name: "Siena", ceilingM: 3000 });
  assert.deepEqual(renamed, { zone: { ...BORDER, name: "Siena", ceiling_m: 3000 } });
  const wider = zoneOf(withPlace(draftOfZone(BORDER), 56, 25));
  assert.ok("zone" in wider);
  assert.equal(wider.zone.polygon.length, 4);
  assert.deepEqual(wider.zone.holes, []);
  assert.equal(zoneOf({ ...draftOfZone(AIRPORT), radiusKm: 9 }).hasOwnProperty("zone"), true);
});

test("corners come from clicks and from typed positions in any format", () => {
  let draft = { ...blankZone(), id: "new", name: "New" };
  draft = withPlace(withPlace(draft, 54.5, 25), 54.5, 26);
  draft = { ...draft, places: `${draft.places}\n55° 00.000′ N 25° 30.000′ E\n\n` };
  const made = zoneOf(draft);
  assert.ok("zone" in made);
  assert.deepEqual(made.zone.polygon, [[25, 54.5], [26, 54.5], [25.5, 55]]);
  assert.deepEqual(placesOf(withoutLast(draft)).length, 2);
  const circle = withPlace(withPlace({ ...draft, shape: "circle" }, 54, 24), 54.7, 25.3);
  assert.deepEqual(placesOf(circle), [[25.3, 54.7]], "a circle has the centre clicked last");
});

test("what cannot be a zone is said, with the line that is wrong", () => {
  assert.deepEqual(zoneOf({ ...blankZone(), places: "54 25\n54 26" }), { lacks: "corners" });
  assert.deepEqual(zoneOf({ ...blankZone(), places: "54 25\n54 26\n54 25" }), { lacks: "corners" });
  assert.deepEqual(zoneOf({ ...blankZone(), shape: "circle" }), { lacks: "centre" });
  assert.deepEqual(zoneOf({ ...blankZone(), places: "54 25\nnowhere\n54 26" }), { wrongLine: "nowhere" });
});

test("ids come from names and are nobody else's; a band is said where there is one", () => {
  assert.equal(idFor("Kauno HE", new Set()), "kauno-he");
  assert.equal(idFor("Žalgirio aikštė!", new Set(["zalgirio-aikste"])), "zalgirio-aikste-2");
  assert.equal(idFor("---", new Set()), "zone");
  assert.equal(sayBand(BORDER), "");
  assert.equal(sayBand({ floor_m: 0, ceiling_m: 1500 }), "0 … 1500 m");
  assert.equal(sayBand({ floor_m: -1000, ceiling_m: 300 }), "≤ 300 m");
  assert.equal(sayBand({ floor_m: 500, ceiling_m: 100_000 }), "≥ 500 m");
});

/** Answers all that is asked, and notes it. */
async function noteAsked(deed: () => Promise<unknown>): Promise<{ path: string; body: unknown }[]> {
  const asked: { path: string; body: unknown }[] = [];
  const before = globalThis.fetch;
  globalThis.fetch = (path, given) => {
    asked.push({ path: new URL(String(path), "http://node").pathname, body: given?.body });
    return Promise.resolve(new Response(JSON.stringify({ problems: [] })));
  };
  await deed().finally(() => (globalThis.fetch = before));
  return asked;
}

const SESSION = { csrf_token: "token" } as SessionView;

test("an id with marks that end an address is asked for whole: zone#2 deleted must not delete zone", async () => {
  const id = "zona #2/a?";
  const asked = await noteAsked(async () => {
    await deleteZone(id, SESSION);
    await enterZone({ ...AIRPORT, id }, false, SESSION);
    await answerHandover(id, "accept", SESSION);
    await decideOnSighting(id, "approve", SESSION);
    await decideOnWarning(id, "refuse", SESSION);
    await resendWarning(id, "mail", SESSION);
  });
  for (const { path } of asked) assert.ok(decodeURIComponent(path).includes(`/${id}`), path);
});

test("a file goes to the node as it is, whatever its letters are encoded in", async () => {
  const windows = new Blob([new Uint8Array([0x73, 0x76, 0x69, 0x65, 0x73, 0xeb])]);
  const [one] = await noteAsked(() => importZones(windows, SESSION));
  assert.equal(one!.body, windows);
});
