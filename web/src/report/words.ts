// The phone page's own words: it loads none of the console's.
import { currentLanguage } from "../language/choice.svelte.ts";
import { fill, type Values } from "../language/fill.ts";
import type { Language } from "../language/languages.ts";
import english from "./language/en.json" with { type: "json" };
import lithuanian from "./language/lt.json" with { type: "json" };
import latvian from "./language/lv.json" with { type: "json" };
import polish from "./language/pl.json" with { type: "json" };

export type Key = keyof typeof english;

const CATALOGUES: Record<Language, Record<Key, string>> = { en: english, lt: lithuanian, lv: latvian, pl: polish };

export function t(key: Key, values: Values = {}): string {
  return fill(CATALOGUES[currentLanguage()][key], values);
}
