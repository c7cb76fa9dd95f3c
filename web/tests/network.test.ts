// Offers that wait for us come first and run out; who answers for an object nobody told of is its first nation.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cue, Handover, NetworkIdentity, NetworkSection, PartnerView, SourceHealth } from "../src/generated/messages.ts";
import { dutyOf, feedDeeds, linkTrouble, otherHandovers, shownCues, sinceNs, waitingOffers } from "../src/network/network.ts";

const NOW_MS = 1_000_000;

function handover(id: string, fields: Partial<Handover>): Handover {
  return {
    handover_id: id, state: "offered", giver: "LVA", taker: "LTU", network_id: "LVA-1",
    time_ns: NOW_MS * 1e6, offered_ns: NOW_MS * 1e6, expires_ns: (NOW_MS + 30_000) * 1e6, ...fields,
  } as Handover;
}

function network(fields: Partial<NetworkSection>): NetworkSection {
  return { type: "network", nation: "LTU", partners: [], identities: [], handovers: [], cues: [], notices: [], ...fields };
}

test("only offers to us that have not run out wait, the most urgent first", () => {
  const all = network({
    handovers: [
      handover("late", { expires_ns: (NOW_MS + 20_000) * 1e6 }),
      handover("soon", { expires_ns: (NOW_MS + 5_000) * 1e6 }),
      handover("over", { expires_ns: (NOW_MS - 1) * 1e6 }),
      handover("ours", { giver: "LTU", taker: "LVA" }),
      handover("done", { state: "accepted" }),
      handover("old", { state: "accepted", time_ns: (NOW_MS - 121_000) * 1e6 }),
    ],
  });
  assert.deepEqual(waitingOffers(all, NOW_MS).map((one) => one.handover_id), ["soon", "late"]);
  assert.deepEqual(otherHandovers(all, NOW_MS).map((one) => one.handover_id), ["over", "ours", "done"]);
  assert.deepEqual(waitingOffers(null, NOW_MS), []);
});

test("what is told again has the time at which it came to be so", () => {
  const again = { time_ns: (NOW_MS + 25_000) * 1e6 };
  assert.equal(sinceNs(handover("LVA/LVA-1/LTU/1", again)), NOW_MS * 1e6);
  assert.equal(sinceNs(handover("LTU/claim/LVA-1/LVA/1", { ...again, state: "accepted" })), NOW_MS * 1e6);
  for (const state of ["accepted", "refused", "timed_out"] as const) {
    assert.equal(sinceNs(handover("LVA/LVA-1/LTU/1", { ...again, state })), again.time_ns);
  }
});

test("an object answers to the nation in its identity until told otherwise", () => {
  const told = { network_id: "LVA-7", holder: "LTU", partners: ["LVA"], is_ended: false } as unknown as NetworkIdentity;
  const gone = { ...told, network_id: "LVA-8", is_ended: true };
  const all = network({ identities: [told, gone] });
  assert.deepEqual(dutyOf(all, "LVA-7"), { holder: "LTU", partners: ["LVA"] });
  assert.deepEqual(dutyOf(all, "LVA-8"), { holder: "LVA", partners: [] });
  assert.deepEqual(dutyOf(null, "POL-1"), { holder: "POL", partners: [] });
});

test("cues leave the list two minutes after they have run out", () => {
  const cues = [-121_000, -119_000, 5_000].map((ms) => ({ expires_ns: (NOW_MS + ms) * 1e6 }) as Cue);
  assert.equal(shownCues(network({ cues }), NOW_MS).length, 2);
});

test("feeds of a partner are taken over while one waits and given back while one runs", () => {
  const deeds = (standby: string[], taken_over: string[]) => feedDeeds({ standby, taken_over } as unknown as PartnerView);
  assert.deepEqual(deeds([], []), []);
  assert.deepEqual(deeds(["a", "b"], []), ["take-over"]);
  assert.deepEqual(deeds(["a", "b"], ["a"]), ["take-over", "give-back"]);
  assert.deepEqual(deeds(["a", "b"], ["a", "b"]), ["give-back"]);
});

test("why a link is not well is what the node says of it, and of no other", () => {
  const told = [{ source: "link POL", reason: "gone", reason_lt: "nepasiekiama" }, { source: "link LVA", reason: "", reason_lt: "" }];
  const sources = told as SourceHealth[];
  assert.equal(linkTrouble(sources, "POL", "en"), "gone");
  assert.equal(linkTrouble(sources, "POL", "lt"), "nepasiekiama");
  assert.equal(linkTrouble(sources, "LVA", "lt"), "");
  assert.equal(linkTrouble(sources, "EST", "lt"), "");
});
