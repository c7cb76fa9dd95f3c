// What the node says in two languages is shown in the page's own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { evidenceIn, reasonsIn } from "../src/language/reasons.ts";

test("evidence is in Lithuanian where it was said so, else as it was said", () => {
  const both = { evidence: ["straight at 46 m/s"], evidence_lt: ["skrenda tiesiai 46 m/s"] };
  assert.deepEqual(evidenceIn(both, "lt"), both.evidence_lt);
  assert.deepEqual(evidenceIn(both, "pl"), both.evidence);
  assert.deepEqual(evidenceIn({ evidence: ["seen through the glass"], evidence_lt: [] }, "lt"), ["seen through the glass"]);
});

test("so are the reasons of an alert", () => {
  const both = { reasons: ["altitude unknown"], reasons_lt: ["aukštis nežinomas"] };
  assert.deepEqual(reasonsIn(both, "lt"), both.reasons_lt);
  assert.deepEqual(reasonsIn(both, "en"), both.reasons);
});
