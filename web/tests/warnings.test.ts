// Drafts come first, red before yellow; what was decided long ago and what was withdrawn is not shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PublicWarning } from "../src/generated/messages.ts";
import { warnedAreas } from "../src/warning/areas.ts";
import { clockOf, decidedBy, DECIDED_MS, firstApprovalOf, maySendAgain, shownWarnings } from "../src/warning/warnings.ts";

function warning(id: string, fields: Partial<PublicWarning>): PublicWarning {
  return { message_id: id, state: "drafted", level: "yellow", time_ns: 0, decided_ns: null, ...fields } as PublicWarning;
}

test("drafts first, an all-clear last of them, red before yellow, the newest first", () => {
  const shown = shownWarnings(
    [
      warning("old", { time_ns: 1 }),
      warning("approved", { state: "approved", level: "red", decided_ns: 5 }),
      warning("red", { level: "red", time_ns: 2 }),
      warning("new", { time_ns: 3 }),
      warning("gone", { state: "withdrawn" }),
      warning("all-clear", { level: "red", message: "all_clear", time_ns: 4 }),
    ],
    1000,
  );
  assert.deepEqual(shown.map((one) => one.message_id), ["red", "new", "old", "all-clear", "approved"]);
});

test("what was decided long ago is not shown", () => {
  const decided = warning("a", { state: "approved", decided_ns: 0 });
  assert.equal(shownWarnings([decided], DECIDED_MS - 1).length, 1);
  assert.equal(shownWarnings([decided], DECIDED_MS + 1).length, 0);
});

test("the clock of a warning runs from its first known moment", () => {
  const moments = { first_plot_ns: 1e9, firm_ns: 6e9, threatening_ns: 9e9, drafted_ns: 10e9, decided_ns: null, sent_ns: null };
  const clock = clockOf(warning("a", moments));
  assert.deepEqual(clock.map((one) => [one.moment, one.afterS]), [
    ["first_plot", 0], ["firm", 5], ["threatening", 8], ["drafted", 9],
  ]);
  assert.deepEqual(clockOf(warning("b", { ...moments, first_plot_ns: null, firm_ns: null, threatening_ns: null }))[0]?.afterS, 0);
});

test("a first approval counts until it lapses, and both persons are named in the end", () => {
  const first_approval = { approved_by: "rasa", approved_ns: 1e9, until_ns: 10e9, reason: "" };
  assert.equal(firstApprovalOf(warning("a", { first_approval }), 9999)?.approved_by, "rasa");
  assert.equal(firstApprovalOf(warning("a", { first_approval }), 10_000), null);
  assert.equal(firstApprovalOf(warning("a", { first_approval: null }), 0), null);
  assert.equal(decidedBy(warning("a", { state: "approved", first_approval, decided_by: "jonas" })), "rasa, jonas");
  assert.equal(decidedBy(warning("a", { state: "refused", first_approval, decided_by: "jonas" })), "jonas");
});

test("areas are drawn as told until the all-clear is approved or the message expires, and as drafted where that is more", () => {
  const area = (area_id: string) => ({ area_id, name: area_id, polygon: [] });
  const lasting = { message: "alert", expires_ns: 100e9 } as const;
  const told = warning("1", { ...lasting, warning_id: "w", state: "approved", areas: [area("a"), area("b")] });
  const wider = warning("2", { ...lasting, warning_id: "w", level: "red", areas: [area("b"), area("c")] });
  const drawn = (messages: PublicWarning[], nowMs = 1000) =>
    warnedAreas(messages, nowMs).map((one) => `${one.area.area_id} ${one.level} ${one.isTold ? "told" : "drafted"}`);
  assert.deepEqual(drawn([told, wider]), ["a yellow told", "b yellow told", "b red drafted", "c red drafted"]);
  assert.deepEqual(drawn([told, { ...wider, level: "yellow" }]), ["a yellow told", "b yellow told", "c yellow drafted"]);
  assert.deepEqual(drawn([told, { ...wider, state: "refused" }]), ["a yellow told", "b yellow told"]);
  assert.deepEqual(drawn([told, wider], 100_000), [], "expired");
  const clear = warning("3", { ...lasting, message: "all_clear", warning_id: "w", areas: [area("a"), area("b")] });
  assert.deepEqual(drawn([told, clear]), ["a yellow told", "b yellow told"], "nobody has approved the all-clear yet");
  assert.deepEqual(drawn([told, { ...clear, state: "approved" }]), []);
});

test("a message is sent again where a channel did not take it, and not once a later one of its warning is approved", () => {
  const told = warning("w/1", { warning_id: "w", number: 1, state: "approved" });
  const later = warning("w/2", { warning_id: "w", number: 2 });
  const other = warning("v/2", { warning_id: "v", number: 2, state: "approved" });
  assert.deepEqual(["sent", "failing", "expired", "unclear", "refused"].map((state) => maySendAgain(told, state, [told, later, other])), [
    false, false, true, true, true,
  ]);
  assert.equal(maySendAgain(told, "expired", [told, { ...later, state: "approved" }]), false);
  assert.equal(maySendAgain(later, "expired", [told, later]), true);
});
