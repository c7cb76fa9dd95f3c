// What the node says in two languages is shown in the page's own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inLanguage } from "../src/language/saying.ts";

test("evidence is in Lithuanian where it was said so, else as it was said", () => {
  const both = { evidence: ["straight at 46 m/s"], evidence_lt: ["skrenda tiesiai 46 m/s"] };
  assert.deepEqual(inLanguage(both, "evidence", "lt"), both.evidence_lt);
  assert.deepEqual(inLanguage(both, "evidence", "pl"), both.evidence);
  assert.deepEqual(inLanguage({ evidence: ["seen through the glass"], evidence_lt: [] }, "evidence", "lt"), ["seen through the glass"]);
});

test("so are the reasons of an alert", () => {
  const both = { reasons: ["altitude unknown"], reasons_lt: ["aukštis nežinomas"] };
  assert.deepEqual(inLanguage(both, "reasons", "lt"), both.reasons_lt);
  assert.deepEqual(inLanguage(both, "reasons", "en"), both.reasons);
});

test("so are what a search lacks, why a part is not well, and what a partner tells; a person's own words stay", () => {
  const limits = { limits: ["no height known"], limits_lt: ["aukštis nežinomas"] };
  assert.deepEqual([inLanguage(limits, "limits", "lt"), inLanguage(limits, "limits", "lv")], [limits.limits_lt, limits.limits]);
  const headline = { headline: "Inside a protected area", headline_lt: "Saugomoje zonoje" };
  assert.deepEqual([inLanguage(headline, "headline", "lt"), inLanguage(headline, "headline", "en")], ["Saugomoje zonoje", "Inside a protected area"]);
  assert.equal(inLanguage({ reason: "nobody answered", reason_lt: "niekas neatsakė" }, "reason", "lt"), "niekas neatsakė");
  assert.equal(inLanguage({ reason: "radar sees it", reason_lt: "" }, "reason", "lt"), "radar sees it");
});
