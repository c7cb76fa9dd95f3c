// The language on screen; everything that was said with t() is said again when it changes.
import { say, sayCount, type CountedKey, type Key, type Language, type Values } from "./words.ts";

const STORED = "sargas.language";

function initialLanguage(): Language {
  const asked = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem(STORED) ?? navigator.language;
  return asked.startsWith("lt") ? "lt" : "en";
}

const initial = initialLanguage();
let current = $state<Language>(initial);
document.documentElement.lang = initial;

export function currentLanguage(): Language {
  return current;
}

export function setLanguage(language: Language): void {
  current = language;
  localStorage.setItem(STORED, language);
  document.documentElement.lang = language;
}

export function t(key: Key, values?: Values): string {
  return say(current, key, values);
}

export function tCount(key: CountedKey, count: number): string {
  return sayCount(current, key, count);
}
