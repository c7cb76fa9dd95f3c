// What the node refuses is said in Lithuanian on a Lithuanian page, and as the node says it where there are no words for it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalIn } from "../src/language/refusals.ts";
import lithuanian from "../src/language/refusals/lt.json" with { type: "json" };

test("a refusal is said in Lithuanian with what the node named", () => {
  assert.equal(refusalIn("expected a known zone, was 'x'", "lt"), "zonos 'x' nėra");
  assert.equal(
    refusalIn("scope: expected what a viewer may (read), was decide, enter", "lt"),
    "raktas gali tik tai, ką vaidmuo viewer (read), o nurodyta decide, enter",
  );
});

test("what is wrong with a row of a file is said in Lithuanian", () => {
  assert.equal(refusalIn("expected holder, was missing", "lt"), "trūksta holder");
  assert.equal(
    refusalIn("valid_from: expected a time with Z or an offset as +03:00, was '2026-05-01 08:00'", "lt"),
    "valid_from: laikas turi būti su Z arba su poslinkiu, pvz., +03:00, o yra '2026-05-01 08:00'",
  );
  assert.equal(refusalIn("pressure_hpa: expected 1 to 1100, was 0.0", "lt"), "pressure_hpa turi būti nuo 1 iki 1100, o yra 0.0");
});

test("in other languages it stays as the node says it", () => {
  for (const language of ["en", "lv", "pl"]) assert.equal(refusalIn("expected a known zone, was 'x'", language), "expected a known zone, was 'x'");
});

test("of two that match the one with more words is said", () => {
  assert.equal(refusalIn("expected a known zone, was 'x': POST enters a new one", "lt"), "zonos 'x' nėra: nauja įvedama per POST");
});

test("only a whole sentence is said in Lithuanian", () => {
  for (const english of ["", "Not Found", "so: expected a known zone, was 'x'", "expected at most 3 bytes or so"]) {
    assert.equal(refusalIn(english, "lt"), english);
  }
});

test("what a name holds is not read as words of ours", () => {
  assert.equal(refusalIn("expected a known zone, was '{zone} $& (a|b)'", "lt"), "zonos '{zone} $& (a|b)' nėra");
  assert.equal(refusalIn("expected a known zone, was 'a\nb'", "lt"), "zonos 'a\nb' nėra");
  assert.equal(refusalIn("expected [oidc] in the settings, was none: log in by a local account", "lt"), "nuostatose nėra [oidc]: prisijunkite vietine paskyra");
  assert.equal(refusalIn("expected o in the settings, was none: log in by a local account", "lt"), "expected o in the settings, was none: log in by a local account");
});

test("each sentence of the table is found as itself", () => {
  for (const [english, said] of Object.entries(lithuanian)) assert.equal(refusalIn(english, "lt"), said);
});
