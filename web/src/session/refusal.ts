// Why the node said no, in words: its own where it gave some, in the page's language where they are known in it.
import { currentLanguage } from "../language/choice.svelte.ts";
import { refusalIn } from "../language/refusals.ts";
import { Refused } from "./api.ts";

type Say<K extends string> = (key: K, values?: Readonly<Record<string, string | number>>) => string;

/** The node's reason alone. */
export function reasonOf(error: Refused): string {
  return refusalIn(error.message, currentLanguage());
}

/** What was refused and why: `key` names the phrase with {reason}. */
export function sayRefusal<K extends string>(error: unknown, say: Say<K | "login.failed">, key: K): string {
  return error instanceof Refused ? say(key, { reason: reasonOf(error) }) : say("login.failed");
}

/** Why somebody was not let in: `wrong` names the phrase for a wrong name, password or code. */
export function sayNotLetIn<K extends string>(error: unknown, say: Say<K | "login.failed" | "login.wait">, wrong: K): string {
  if (!(error instanceof Refused)) return say("login.failed");
  if (error.status === 429) return say("login.wait", { seconds: error.waitS });
  return error.status === 401 ? say(wrong) : reasonOf(error);
}
