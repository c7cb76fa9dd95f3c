// Both languages say everything, in the right plural form.
import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogueFaults } from "../catalogues.ts";
import english from "../src/language/en.json" with { type: "json" };
import lithuanian from "../src/language/lt.json" with { type: "json" };
import englishViews from "../src/language/views/en.json" with { type: "json" };
import lithuanianViews from "../src/language/views/lt.json" with { type: "json" };
import latvian from "../src/language/lv.json" with { type: "json" };
import latvianViews from "../src/language/views/lv.json" with { type: "json" };
import polish from "../src/language/pl.json" with { type: "json" };
import polishViews from "../src/language/views/pl.json" with { type: "json" };
import { figuresIn, fixed } from "../src/language/figures.ts";
import { say, sayCount } from "../src/language/words.ts";
import englishPhone from "../src/report/language/en.json" with { type: "json" };
import lithuanianPhone from "../src/report/language/lt.json" with { type: "json" };
import latvianPhone from "../src/report/language/lv.json" with { type: "json" };
import polishPhone from "../src/report/language/pl.json" with { type: "json" };

test("no language lacks a word", () => {
  assert.deepEqual(catalogueFaults({ en: english, lt: lithuanian, lv: latvian, pl: polish }), []);
  assert.deepEqual(catalogueFaults({ en: englishViews, lt: lithuanianViews, lv: latvianViews, pl: polishViews }), []);
  assert.deepEqual(catalogueFaults({ en: englishPhone, lt: lithuanianPhone, lv: latvianPhone, pl: polishPhone }), []);
  assert.deepEqual(Object.keys(englishViews).filter((key) => key in english), [], "each word has one place");
});

test("a missing word, a missing plural form, a stray word and a lost placeholder are faults", () => {
  const en = { "a.one": "x {count}", "b#one": "{count}", "b#other": "{count}" };
  const lt = { "a.one": "x", "b#one": "{count}", "b#few": "{count}", "b#other": "{count}", c: "y" };
  assert.deepEqual(catalogueFaults({ en, lt }), [
    "lt: a.one has other placeholders than English",
    "lt: b#many is missing",
    "lt: c is not in English",
  ]);
  assert.deepEqual(catalogueFaults({ en, lt: {} }).length, 5);
});

test("numbers have a decimal comma in all languages but English", () => {
  assert.equal(figuresIn("en", "12.3 km · 6.6 NM"), "12.3 km · 6.6 NM");
  for (const language of ["lt", "lv", "pl"] as const) {
    assert.equal(figuresIn(language, "12.3 km · 6.6 NM"), "12,3 km · 6,6 NM");
    assert.equal(figuresIn(language, "1.25. 3"), "1,25. 3");
  }
});

test("Lithuanian counts in its three forms", () => {
  const phrases = [1, 2, 10, 21, 11].map((count) => sayCount("lt", "top.tracks", count));
  assert.deepEqual(phrases, ["1 taikinys", "2 taikiniai", "10 taikinių", "21 taikinys", "11 taikinių"]);
  assert.equal(sayCount("en", "top.tracks", 1), "1 track");
  assert.equal(sayCount("en", "top.tracks", 0), "0 tracks");
});

test("Latvian and Polish count in their forms", () => {
  const latvianPhrases = [0, 1, 2, 11, 21].map((count) => sayCount("lv", "top.tracks", count));
  assert.deepEqual(latvianPhrases, ["0 mērķu", "1 mērķis", "2 mērķi", "11 mērķu", "21 mērķis"]);
  const polishPhrases = [0, 1, 2, 5, 12, 22].map((count) => sayCount("pl", "top.tracks", count));
  assert.deepEqual(polishPhrases, ["0 celów", "1 cel", "2 cele", "5 celów", "12 celów", "22 cele"]);
});

test("no word of the prepared languages was left in English, but what is the same in both", () => {
  const same = (words: Record<string, string>, of: Record<string, string>): string[] =>
    Object.keys(words).filter((key) => words[key] === of[key] && /[a-z]{4}/.test(words[key]!) && words[key]!.includes(" "));
  assert.deepEqual(same(latvian, english).concat(same(latvianViews, englishViews)), ["map.attribution", "permissions.serial"]);
  assert.deepEqual(same(latvianPhone, englishPhone).concat(same(polishPhone, englishPhone)), []);
  assert.deepEqual(same(polish, english).concat(same(polishViews, englishViews)), ["map.attribution", "permissions.serial"]);
});

test("placeholders are filled and unknown ones stay visible", () => {
  assert.equal(say("en", "alerts.zone_entry", { zone: "Rytai" }), "Entered Rytai");
  assert.equal(say("en", "alerts.zone_entry"), "Entered {zone}");
});

test("what rounds to nothing has no sign", () => {
  assert.deepEqual([fixed(-0.3, 0), fixed(-0.004, 2), fixed(-0.6, 0), fixed(0.3, 1), fixed(-10, 0)], ["0", "0.00", "-1", "0.3", "-10"]);
});
