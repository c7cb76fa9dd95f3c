// What the panels decide: filter, sorting, alert order, view in the address, times.
import assert from "node:assert/strict";
import { test } from "node:test";
import { groupQueue, heldBackOf, isWaiting, onwardsFrom, sortQueue, standingOf, stepFocus } from "../src/alert/queue.ts";
import type { Alert, SensorRegistration, SourceHealth } from "../src/generated/messages.ts";
import { HOME, readAddress, writeAddress } from "../src/picture/address.ts";
import { handleKey, KEYS, type Commands } from "../src/picture/keys.ts";
import { makeView, screenX, screenY, worldX, worldY } from "../src/picture/projection.ts";
import { IDENTITY_LETTERS, symbolCode, AFFILIATIONS, TYPES } from "../src/picture/symbols.ts";
import { clockTime, localClockTime, minutesSeconds, sayLength } from "../src/picture/time.ts";
import { describeAzimuth, describeBias, describeOffset, sortRadars } from "../src/source/biases.ts";
import { silentSince } from "../src/source/heard.ts";
import { INKS, THEMES } from "../src/theme/inks.ts";
import { sortRows, type ColumnName } from "../src/track/columns.ts";
import { parseFilter } from "../src/track/filter.ts";
import { makeColumns, Tracks } from "../src/track/tracks.ts";
import { isTwoOf, warningsDraft, withTwo } from "../src/admin/rules.ts";
import { nationsOf } from "../src/admin/words.ts";
import { inLanguage } from "../src/language/saying.ts";
import { shortTime } from "../src/permission/permissions.ts";

const className = (type: number): string => ["not classified", "one-way drone", "balloon"][type] ?? "";

function alert(alert_id: string, fields: Partial<Alert> = {}): Alert {
  return {
    id: alert_id,
    time_ns: 1,
    origin: "LTU-1",
    label: { policy: "", classification: 0, releasable_to: [], caveats: [], originator: "" },
    kind: "alert",
    alert_id,
    probability: null,
    tier: "critical",
    state: "raised",
    rule: "zone_entry",
    track_ids: [1],
    zone_id: "z",
    zone_name: "Z",
    raised_ns: 1,
    eta_ns: null,
    ended_ns: null,
    reasons: [],
    acknowledged_by: null,
    danger: null,
    reasons_lt: [],
    group_id: null,
    was_shown: true,
    merged_into: null,
    critical_ns: null,
    escalated_ns: null,
    escalated_to: null,
    shelved_by: null,
    shelved_until_ns: null,
    shelved_reason: null,
    ...fields,
  };
}

function radar(sensor_id: string, state: SensorRegistration["state"], azimuth_bias_deg = 0): SensorRegistration {
  return {
    id: sensor_id,
    time_ns: 1,
    origin: "LTU-1",
    label: { policy: "", classification: 0, releasable_to: [], caveats: [], originator: "" },
    kind: "sensor_registration",
    sensor_id,
    state,
    since_ns: 1,
    reason: "",
    reason_lt: "",
    pairs: 400,
    range_bias_m: 0,
    range_bias_sigma_m: 4,
    azimuth_bias_deg,
    azimuth_bias_sigma_deg: 0.011,
    elevation_bias_deg: 0,
    elevation_bias_sigma_deg: 0.05,
    time_bias_s: 0,
    time_bias_sigma_s: 0.01,
  };
}

function someTracks(): Tracks {
  const tracks = new Tracks();
  const rows: readonly (readonly [number, number, number, number, number])[] = [
    // id, altitude m, speed m/s, type, status
    [11, 300, 50, 1, 1],
    [12, 9000, 240, 0, 1 + 64],
    [13, NaN, 10, 2, 2],
  ];
  const columns = makeColumns(rows.length);
  columns.fits.fill(1);
  rows.forEach(([id, altitude, speed, type, status], row) => {
    columns.id[row] = id;
    columns.altitudeM[row] = altitude;
    columns.speedMps[row] = speed;
    columns.type[row] = type;
    columns.status[row] = status;
  });
  tracks.take({ columns, gone: new Uint32Array(0), validTimeMs: 0 });
  tracks.applyNames({
    type: "names",
    snapshot: true,
    sensor_ids: [],
    track_id: [12],
    callsign: ["LOT7AB"],
    icao_address: ["503001"],
    mode_3a: ["4711"],
    network_id: [""],
    sensors: [[]],
  });
  return tracks;
}

function fitting(text: string): number[] {
  const tracks = someTracks();
  const { fits } = parseFilter(text, className);
  return [0, 1, 2].filter((row) => fits(tracks, row)).map((row) => tracks.id[row]!);
}

test("what is held back is not in the queue, what is shelved stands last and does not wait", () => {
  const alerts = [
    alert("shelved", { state: "shelved" }),
    alert("held", { state: "held_back", tier: "advisory", danger: 0.1 }),
    alert("worse", { state: "held_back", tier: "advisory", danger: 0.2 }),
    alert("advisory", { tier: "advisory" }),
    alert("escalated", { state: "escalated", raised_ns: 9 }),
    alert("taken", { state: "acknowledged", acknowledged_by: "ona" }),
  ];
  assert.deepEqual(
    sortQueue(alerts).map((one) => one.alert_id),
    ["escalated", "advisory", "taken", "shelved"],
  );
  assert.deepEqual(
    heldBackOf(alerts).map((one) => one.alert_id),
    ["worse", "held"],
  );
  assert.deepEqual(alerts.filter(isWaiting).map((one) => one.alert_id), ["advisory", "escalated"]);
});

test("the filter understands quantities, marks and text together", () => {
  assert.deepEqual(fitting(""), [11, 12, 13]);
  assert.deepEqual(fitting("alt<1000"), [11], "an unknown altitude fits no limit");
  assert.deepEqual(fitting("speed>179 speed<181"), [11], "50 m/s is 180 km/h");
  assert.deepEqual(fitting("dark"), [11, 13]);
  assert.deepEqual(fitting("coasting"), [13]);
  assert.deepEqual(fitting("lot7"), [12]);
  assert.deepEqual(fitting("4711 LOT"), [12]);
  assert.deepEqual(fitting("drone dark"), [11]);
});

test("what the filter does not understand is named and hides nothing", () => {
  const filter = parseFilter("height<3 alt< alt<x", className);
  assert.deepEqual(filter.wrong, ["height<3", "alt<", "alt<x"]);
  assert.ok(filter.fits(someTracks(), 0));
});

test("the table sorts by a column and then by number", () => {
  const tracks = someTracks();
  const sorted = (...by: [ColumnName, boolean]): number[] => [...sortRows(tracks, ...by)];
  assert.deepEqual(sorted("altitude", true), [12, 11, 13]);
  assert.deepEqual(sorted("speed", false), [13, 11, 12]);
  assert.deepEqual(sorted("threat", true), [11, 12, 13]);
});

test("what needs a person first stands first in the queue", () => {
  const queue = sortQueue([
    alert("seen", { acknowledged_by: "jonas", state: "acknowledged" }),
    alert("over", { state: "ended" }),
    alert("quiet", { tier: "advisory", eta_ns: 5 }),
    alert("later", { eta_ns: 900 }),
    alert("sooner", { eta_ns: 300 }),
    alert("inside", { raised_ns: 9 }),
    alert("inside before", { raised_ns: 3 }),
  ]);
  assert.deepEqual(
    queue.map((each) => each.alert_id),
    ["inside before", "inside", "sooner", "later", "quiet", "over", "seen"],
  );
  assert.equal(queue.filter(isWaiting).length, 6);
});

test("stepping through alerts starts at the first and stays inside", () => {
  const queue = [alert("a"), alert("b")];
  assert.equal(stepFocus([], null, 1), null);
  assert.equal(stepFocus(queue, null, 1), "a");
  assert.equal(stepFocus(queue, "a", 1), "b");
  assert.equal(stepFocus(queue, "b", 1), "b");
  assert.equal(stepFocus(queue, "a", -1), "a");
  assert.equal(stepFocus(queue, "gone", 1), "a");
});

test("who has answered an alert goes on from where it stood, inside a closed row with the next of it", () => {
  const queue = sortQueue([alert("a"), alert("b", { raised_ns: 2 }), alert("c", { raised_ns: 3 })]);
  const rows = groupQueue(queue);
  assert.deepEqual(standingOf(rows, new Set(), "b"), { alertId: "b", next: "c", previous: "a" });
  assert.deepEqual(standingOf(rows, new Set(), "c"), { alertId: "c", next: null, previous: "b" });
  const flood = groupQueue([...queue, ...Array.from({ length: 9 }, (_, i) => alert(`z${i}`, { zone_id: `z${i}` }))]);
  assert.equal(flood[0]!.members.length, 3);
  assert.deepEqual(standingOf(flood, new Set(), "a"), { alertId: "a", next: "b", previous: null });
  assert.deepEqual(standingOf(flood, new Set([flood[0]!.key]), "a"), { alertId: "a", next: "b", previous: null });
  assert.deepEqual(standingOf(rows, new Set(), "gone"), { alertId: "gone", next: null, previous: null });
});

test("the view survives its address, and nonsense in it falls back", () => {
  const place = { latitude: 54.9, longitude: 26.5, zoom: 8.5 };
  const state = { place, selected: 1001, filter: "alt<1000 dark", navigation: false, units: false, incidents: true, panel: "gnss" as const, labels: false, trails: false, ranges: true, drifting: false, following: true, sort: { by: "altitude" as const, descending: true } };
  const address = writeAddress("?lang=lt&link=spent", state);
  assert.deepEqual(readAddress(address), state);
  assert.ok(address.includes("lang=lt") && !address.includes("link="));
  const usual = { place: HOME, selected: null, filter: "", navigation: true, units: true, incidents: true, panel: "sources" as const, labels: true, trails: true, ranges: false, drifting: true, following: false, sort: { by: "threat" as const, descending: true } };
  assert.deepEqual(readAddress("?lat=x&zoom=&track=abc&order=-nonsense&names=on"), usual);
  assert.equal([...new URLSearchParams(writeAddress("", usual)).keys()].join(" "), "lat lon zoom");
  assert.deepEqual(readAddress("?order=age").sort, { by: "age", descending: false });
  assert.equal(readAddress("?lat=1000").place.latitude, 85);
});

test("the projection puts the centre in the middle and north up", () => {
  const view = makeView({ lng: 25, lat: 55 }, 6, 800, 600);
  assert.ok(Math.abs(screenX(view, worldX(25)) - 400) < 1e-6);
  assert.ok(Math.abs(screenY(view, worldY(55)) - 300) < 1e-6);
  assert.ok(screenY(view, worldY(55.1)) < 300);
  assert.ok(screenX(view, worldX(25.1)) > 400);
});

test("32-bit positions are right to a pixel at the closest zoom all over the region", () => {
  const view = makeView({ lng: 32.9, lat: 61.1 }, 14, 800, 600);
  const exact = screenX(view, worldX(32.901));
  assert.ok(Math.abs(screenX(view, Math.fround(worldX(32.901))) - exact) < 1);
});

test("every symbol code has twenty digits and every identity a letter and a colour", () => {
  for (let affiliation = 0; affiliation < AFFILIATIONS; affiliation++) {
    assert.ok(IDENTITY_LETTERS[affiliation]);
    for (const theme of THEMES) assert.ok(INKS[theme].fills[affiliation] && INKS[theme].lines[affiliation]);
    for (let type = 0; type < TYPES; type++) {
      assert.match(symbolCode(affiliation, type, false), new RegExp(`^130${affiliation}01\\d{14}$`));
      assert.match(symbolCode(affiliation, type, true), new RegExp(`^132${affiliation}01\\d{14}$`));
    }
  }
});

test("times are in UTC and lengths in minutes and seconds", () => {
  assert.equal(clockTime(Date.UTC(2026, 8, 21, 21, 4, 7)), "21:04:07");
  assert.equal(minutesSeconds(45), "0:45");
  assert.equal(minutesSeconds(723.4), "12:03");
  assert.equal(minutesSeconds(-3), "0:00");
  assert.equal(minutesSeconds(3599.4), "59:59");
  assert.equal(minutesSeconds(3600), "1:00:00");
  assert.equal(minutesSeconds(10_812), "3:00:12");
  assert.deepEqual([0, 119.6, 120, 7199, 11_520].map(sayLength), ["0 s", "119 s", "2 min", "119 min", "3 h 12 min"]);
});

test("no key does two things", () => {
  assert.equal(new Set(Object.values(KEYS)).size, Object.keys(KEYS).length);
});

test("radars that walked off stand first, then the uncertain ones, by name", () => {
  const radars = [radar("b", "registered"), radar("d", "uncertain"), radar("a", "registered"), radar("c", "walked_off")];
  assert.deepEqual(sortRadars(radars).map((one) => one.sensor_id), ["c", "d", "a", "b"]);
});

test("a bias is said with its sign and its sigma, nothing without a sign", () => {
  assert.equal(describeAzimuth(radar("a", "walked_off", 0.804)), "+0.80 ± 0.01 °");
  assert.equal(describeAzimuth(radar("a", "registered", -0.25)), "−0.25 ± 0.01 °");
  assert.equal(describeAzimuth(radar("a", "registered", -0.001)), "0.00 ± 0.01 °");
  assert.equal(describeBias(-90.4, 4.2, 0, "m"), "−90 ± 4 m");
  assert.deepEqual([-0.001, 0.25, -1.5, null].map(describeOffset), ["0.00 s", "+0.25 s", "−1.50 s", "–"]);
});

test("why a source is not well is said in the page's language, what the machine says as it says it", () => {
  const told = { reason: "nothing received yet", reason_lt: "dar nieko negauta" };
  assert.equal(inLanguage(told, "reason", "lt"), "dar nieko negauta");
  assert.equal(inLanguage(told, "reason", "en"), "nothing received yet");
  assert.equal(inLanguage({ reason: "[Errno 98] address in use", reason_lt: "" }, "reason", "lt"), "[Errno 98] address in use");
});

test("rules are sent trimmed, and levels for two persons stay in order", () => {
  const fields = { two_persons: ["red"] as const, first_approval_s: 600, proof_lasts_s: 900, reason: " why " };
  assert.deepEqual(withTwo(fields, "yellow", true).two_persons, ["yellow", "red"]);
  assert.deepEqual(withTwo(fields, "red", false).two_persons, []);
  assert.equal(isTwoOf(fields, "yellow"), false);
  assert.equal(warningsDraft(fields).reason, "why");
});

test("nations are read however they are typed", () => {
  assert.deepEqual(nationsOf(" pol, LVA  pol "), ["LVA", "POL"]);
  assert.deepEqual(nationsOf("  "), []);
});

test("views are on the upper row of a Lithuanian keyboard too, which types letters there", () => {
  const done: string[] = [];
  const commands = new Proxy({} as Commands, { get: (_, name) => () => done.push(String(name)) });
  const press = (key: string, code: string, shiftKey = false): void =>
    handleKey({ key, code, shiftKey, target: null, preventDefault: () => {} } as unknown as KeyboardEvent, commands);
  press("ą", "Digit1");
  press("ę", "Digit3");
  press("1", "Numpad1");
  press("4", "Digit4");
  press("Ą", "Digit1", true);
  press("j", "KeyJ");
  assert.deepEqual(done, ["view1", "view3", "view1", "view4", "next"]);
});

test("all is silent since the last datagram of any, once none that ever delivered does", () => {
  const source = (state: SourceHealth["state"], last_receive_ns: number | null) => ({ state, last_receive_ns }) as SourceHealth;
  assert.equal(silentSince([]), null);
  assert.equal(silentSince([source("waiting", null), source("failed", null)]), null, "none ever delivered");
  assert.equal(silentSince([source("silent", 5), source("degraded", 4)]), null, "one still delivers");
  assert.equal(silentSince([source("silent", 5), source("paused", 9), source("degraded", null)]), 9);
});

test("a permission that ends in another year says in which", () => {
  const ns = (iso: string): number => Date.parse(iso) * 1e6;
  const now = Date.parse("2026-11-27T20:00:00Z");
  assert.equal(shortTime(ns("2026-12-31T23:30:00Z"), now), "12-31 23:30Z");
  assert.equal(shortTime(ns("2027-05-01T08:00:00Z"), now), "2027-05-01 08:00Z");
});

test("local time is the node's, through a change of its clocks too", () => {
  const changes = [{ time_ns: Date.parse("2026-10-25T01:00:00Z") * 1e6, utc_offset_s: 7200 }];
  const local = (iso: string): string => localClockTime(Date.parse(iso), { utc_offset_s: 10_800, clock_changes: changes });
  assert.equal(local("2026-10-24T21:30:00Z"), "00:30");
  assert.equal(local("2026-10-25T00:59:59Z"), "03:59");
  assert.equal(local("2026-10-25T01:00:00Z"), "03:00");
});

test("from an alert that was answered one goes on to what waits, never to what was answered before", () => {
  const answered = { acknowledged_by: "rasa" };
  const queue = sortQueue([alert("new"), alert("next", { eta_ns: 5 }), alert("old", answered)]);
  assert.equal(onwardsFrom(queue, "next"), "next");
  assert.equal(onwardsFrom(queue, "old"), "new");
  assert.equal(onwardsFrom(queue, null), "new");
  assert.equal(onwardsFrom([alert("old", answered)], "old"), null);
});
