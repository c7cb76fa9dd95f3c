// Which language is on screen; the console and the phone page share the choice, each has words of its own.
import { keep, recall } from "../kept.ts";
import { LANGUAGES, type Language } from "./languages.ts";

const STORED = "sargas.language";

function initialLanguage(): Language {
  const asked = new URLSearchParams(location.search).get("lang") ?? recall(STORED) ?? navigator.language;
  return LANGUAGES.find((language) => asked.startsWith(language)) ?? LANGUAGES[0];
}

const initial = initialLanguage();
let current = $state<Language>(initial);
document.documentElement.lang = initial;

export function currentLanguage(): Language {
  return current;
}

export function setLanguage(language: Language): void {
  current = language;
  keep(STORED, language);
  document.documentElement.lang = language;
}
