// The alarm that is heard, and the story in words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { groupQueue, isWaiting, MOST_ROWS, sortQueue } from "../src/alert/queue.ts";
import { REPEAT_S, tuneNow } from "../src/alert/sound.ts";
import type { Alert, StoryLine } from "../src/generated/messages.ts";
import english from "../src/language/en.json" with { type: "json" };
import { reasonsOf, sayLine } from "../src/track/story.ts";

const critical = { alert_id: "a", tier: "critical" } as const;
const advisory = { alert_id: "b", tier: "advisory" } as const;

test("a critical alert sounds at once and again until somebody answers", () => {
  assert.equal(tuneNow([critical], new Set(), -Infinity, 100), "critical");
  const heard = new Set(["critical a"]);
  assert.equal(tuneNow([critical], heard, 100, 100 + REPEAT_S - 1), null);
  assert.equal(tuneNow([critical], heard, 100, 100 + REPEAT_S), "critical");
  assert.equal(tuneNow([], heard, 100, 200), null);
});

test("an advisory sounds once, and one that became critical sounds as such", () => {
  assert.equal(tuneNow([advisory], new Set(), -Infinity, 0), "advisory");
  const heard = new Set(["advisory b"]);
  assert.equal(tuneNow([advisory], heard, 0, 999), null);
  assert.equal(tuneNow([{ alert_id: "b", tier: "critical" }], heard, 0, 1), "critical");
});

test("an alert waits until somebody answers it, also after its end, and not what is held back, laid aside or in another", () => {
  const raised = { acknowledged_by: null, state: "raised", was_shown: true, merged_into: null } as unknown as Alert;
  const waits = (changed: Partial<Alert>) => isWaiting({ ...raised, ...changed });
  assert.deepEqual([waits({}), waits({ state: "escalated" }), waits({ state: "ended" })], [true, true, true]);
  assert.deepEqual([waits({ acknowledged_by: "jonas" }), waits({ state: "shelved" }), waits({ state: "held_back" })], [false, false, false]);
  assert.deepEqual([waits({ state: "ended", was_shown: false }), waits({ state: "ended", merged_into: "a2" })], [false, false]);
});

const line: StoryLine = {
  time_ns: 0, what: "sensor", state: "radar-east", who: "radar-east", subject: "", value: "", probability: null,
  reasons: ["low"], reasons_lt: ["žemai"], shares: [],
};

test("every kind of line has its words", () => {
  const missing: string[] = [];
  const say = (key: string, values: Record<string, string> = {}) => {
    const words = (english as Record<string, string>)[key];
    if (words === undefined) missing.push(key);
    return (words ?? key).replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "?");
  };
  const shares = (["hidden", "landed_or_crashed", "left", "unwatched"] as const).map((name) => ({ name, probability: 0.25 }));
  const lines: Partial<StoryLine>[] = [
    {},
    { what: "class", state: "balloon", probability: 0.91 },
    ...["tentative", "confirmed", "coasting", "dropped"].map((state) => ({ what: "status" as const, state })),
    ...["held_back", "raised", "escalated", "acknowledged", "shelved", "ended"].map((state) => ({
      what: "alert" as const, state, value: "critical", subject: "Rytų siena",
    })),
    ...["drafted", "approved", "refused", "withdrawn"].map((state) => ({ what: "warning" as const, state })),
    ...["made", "corrected", "withdrawn"].map((state) => ({
      what: "claim" as const, state, subject: "class", value: "bird",
    })),
    { what: "decision", state: "acknowledge" },
    ...["stitched", "merged", "split", "correlated", "decorrelated", "group_formed", "group_changed", "group_ended"].map(
      (state) => ({ what: "event" as const, state, subject: "8" }),
    ),
    ...["lost", "may_be", "newer", "seen_again", "is_newer_track", "too_long_ago", "too_many", "may_be_lost", "is_lost"].map(
      (state) => ({ what: "lost" as const, state, subject: "8", shares }),
    ),
  ];
  for (const one of lines) assert.ok(sayLine({ ...line, ...one }, say, (name) => name).length > 3);
  assert.deepEqual(missing, []);
  assert.equal(sayLine({ ...line, what: "class", state: "balloon", probability: 0.91 }, say, (n) => n), "held for: balloon (91 %)");
  const found = sayLine({ ...line, what: "lost", state: "is_newer_track", subject: "12", probability: 0.93 }, say, (n) => n);
  assert.equal(found, "found: it is track 12 (93 %)");
  const may = sayLine({ ...line, what: "lost", state: "may_be", shares: shares.slice(0, 2) }, say, (n) => n);
  assert.equal(may, "may be: hidden below coverage 25 %, landed or crashed 25 %");
});

test("reasons are in the language of the screen where the node says them so", () => {
  assert.equal(reasonsOf(line, "lt"), "žemai");
  assert.equal(reasonsOf(line, "en"), "low");
  assert.equal(reasonsOf({ ...line, reasons_lt: [] }, "lt"), "low");
});

function alertOf(number: number, zone: string, tier: "critical" | "advisory", rule: Alert["rule"]): Alert {
  return {
    alert_id: `a${number}`, tier, rule, zone_id: zone, zone_name: zone, state: "raised", acknowledged_by: null,
    eta_ns: number, raised_ns: number, track_ids: [number],
  } as unknown as Alert;
}

test("a flood of a thousand alerts is at most ten rows, and none of it is left out", () => {
  for (const zones of [1, 4, 40, 400]) {
    const flood = Array.from({ length: 1000 }, (_, i) =>
      alertOf(i, `z${i % zones}`, i % 5 ? "advisory" : "critical", i % 2 ? "zone_entry" : "zone_predicted"),
    );
    const rows = groupQueue(sortQueue(flood));
    assert.ok(rows.length <= MOST_ROWS, `${zones} zones: ${rows.length} rows`);
    assert.equal(rows.reduce((sum, row) => sum + row.members.length, 0), 1000);
    assert.equal(rows[0]!.head.tier, "critical");
    assert.equal(new Set(rows.map((row) => row.key)).size, rows.length);
  }
});

test("an alert that somebody writes about stands apart from a flood", () => {
  const flood = Array.from({ length: 1000 }, (_, i) => alertOf(i, "z", "advisory", "zone_entry"));
  const rows = groupQueue(sortQueue(flood), "a7");
  assert.deepEqual(rows.find((row) => row.key === "a7")?.members.length, 1);
  assert.equal(rows.reduce((sum, row) => sum + row.members.length, 0), 1000);
});

test("what is no flood stands alone", () => {
  const few = Array.from({ length: MOST_ROWS }, (_, i) => alertOf(i, "z", "critical", "zone_entry"));
  assert.equal(groupQueue(few).length, MOST_ROWS);
});
