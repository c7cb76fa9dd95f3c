// States and levels of records in the language on screen; what has no word of its own stays as it is.
import english from "../language/en.json" with { type: "json" };
import englishViews from "../language/views/en.json" with { type: "json" };
import { t } from "../language/current.svelte.ts";
import type { Key } from "../language/words.ts";

/** Says a code by the words of its group: what may have become of a lost track has its words where those are listed. */
export function say(code: string, group: "code" | "lost" = "code"): string {
  const key = `${group}.${code}`;
  return key in englishViews || key in english ? t(key as Key) : code.replaceAll("_", " ");
}
