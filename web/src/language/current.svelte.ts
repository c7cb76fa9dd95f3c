// The console's words in the language on screen; what was said with t() is said again when it changes.
import { currentLanguage } from "./choice.svelte.ts";
import { figuresIn } from "./figures.ts";
import { say, sayCount, type CountedKey, type Key, type Values } from "./words.ts";

export { currentLanguage, setLanguage } from "./choice.svelte.ts";

export function t(key: Key, values?: Values): string {
  return say(currentLanguage(), key, values);
}

export function tCount(key: CountedKey, count: number): string {
  return sayCount(currentLanguage(), key, count);
}

/** Writes the numbers of a text as the language on screen does. */
export function figures(text: string): string {
  return figuresIn(currentLanguage(), text);
}
