// What the node says in two languages is shown in the page's own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { evidenceIn, headlineIn, limitsIn, reasonIn, reasonsIn } from "../src/language/reasons.ts";

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

test("so are what a search lacks, why a part is not well, and what a partner tells; a person's own words stay", () => {
  const limits = { limits: ["no height known"], limits_lt: ["aukštis nežinomas"] };
  assert.deepEqual([limitsIn(limits, "lt"), limitsIn(limits, "lv")], [limits.limits_lt, limits.limits]);
  const headline = { headline: "Inside a protected area", headline_lt: "Saugomoje zonoje" };
  assert.deepEqual([headlineIn(headline, "lt"), headlineIn(headline, "en")], ["Saugomoje zonoje", "Inside a protected area"]);
  assert.equal(reasonIn({ reason: "nobody answered", reason_lt: "niekas neatsakė" }, "lt"), "niekas neatsakė");
  assert.equal(reasonIn({ reason: "radar sees it", reason_lt: "" }, "lt"), "radar sees it");
});
