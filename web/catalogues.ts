// A Vite plugin: the build fails when a language lacks a word another one has.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

type Catalogue = Record<string, string>;

/** Lists, per language, what it lacks or says with other placeholders than English. */
export function catalogueFaults(catalogues: Record<string, Catalogue>): string[] {
  const faults: string[] = [];
  const english = catalogues["en"] ?? {};
  for (const [language, words] of Object.entries(catalogues)) {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const key of requiredKeys(english, forms)) {
      if (!words[key]) faults.push(`${language}: ${key} is missing`);
      else if (placeholders(words[key]) !== placeholders(english[key] ?? words[key])) {
        faults.push(`${language}: ${key} has other placeholders than English`);
      }
    }
    for (const key of Object.keys(words)) {
      if (!requiredKeys(english, forms).has(key)) faults.push(`${language}: ${key} is not in English`);
    }
  }
  return faults;
}

/** English names each counted phrase "x#one" and "x#other"; another language needs its own plural forms of it. */
function requiredKeys(english: Catalogue, forms: readonly string[]): Set<string> {
  const keys = new Set<string>();
  for (const key of Object.keys(english)) {
    const [phrase, form] = key.split("#");
    if (form === undefined) keys.add(key);
    else for (const other of forms) keys.add(`${phrase}#${other}`);
  }
  return keys;
}

function placeholders(text: string): string {
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join();
}

/** Reads the catalogues of a folder and stops the build at the first fault. */
export function checkCatalogues(folder: string): Plugin {
  return {
    name: "sargas-catalogues",
    buildStart() {
      const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
      const catalogues = Object.fromEntries(
        files.map((name) => [name.replace(".json", ""), JSON.parse(readFileSync(join(folder, name), "utf8"))]),
      );
      const faults = catalogueFaults(catalogues);
      if (faults.length) this.error(`catalogues: ${faults.join("; ")}`);
    },
  };
}
