// Words of one language: a key is known at compile time, a missing one stops the build (catalogues.ts).
import english from "./en.json" with { type: "json" };
import { fill, type Values } from "./fill.ts";
import type { Language } from "./languages.ts";
import lithuanian from "./lt.json" with { type: "json" };
import latvian from "./lv.json" with { type: "json" };
import polish from "./pl.json" with { type: "json" };
import englishViews from "./views/en.json" with { type: "json" };
import lithuanianViews from "./views/lt.json" with { type: "json" };
import latvianViews from "./views/lv.json" with { type: "json" };
import polishViews from "./views/pl.json" with { type: "json" };

export type { Values } from "./fill.ts";

export type Key = keyof typeof english | keyof typeof englishViews;
type Counted<K> = K extends `${infer Phrase}#other` ? Phrase : never;
export type CountedKey = Counted<Key>;

const ENGLISH: Record<Key, string> = { ...english, ...englishViews };
const CATALOGUES: Record<Language, Record<string, string>> = {
  en: ENGLISH,
  lt: { ...lithuanian, ...lithuanianViews },
  lv: { ...latvian, ...latvianViews },
  pl: { ...polish, ...polishViews },
};

const PLURALS: Record<Language, Intl.PluralRules> = {
  en: new Intl.PluralRules("en"),
  lt: new Intl.PluralRules("lt"),
  lv: new Intl.PluralRules("lv"),
  pl: new Intl.PluralRules("pl"),
};

/** Says something in a language, placeholders such as {count} filled in. */
export function say(language: Language, key: Key, values?: Values): string {
  const text = CATALOGUES[language][key] ?? ENGLISH[key];
  return values ? fill(text, values) : text; // most have none, and a page says hundreds a second
}

/** Says a counted phrase in the plural form the number needs. */
export function sayCount(language: Language, key: CountedKey, count: number): string {
  const form = PLURALS[language].select(count);
  const words = CATALOGUES[language];
  return fill(words[`${key}#${form}`] ?? words[`${key}#other`] ?? "", { count });
}
