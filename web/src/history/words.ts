// States and levels of records in the language on screen; what has no word of its own stays as it is.
import english from "../language/views/en.json" with { type: "json" };
import { t } from "../language/current.svelte.ts";
import type { Key } from "../language/words.ts";

export function say(code: string): string {
  const key = `code.${code}`;
  return key in english ? t(key as Key) : code.replaceAll("_", " ");
}
