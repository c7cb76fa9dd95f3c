// Why the node said no, in words: its own where it gave some. Pure: `say` speaks the language of the page.
import { Refused } from "./api.ts";

type Say<K extends string> = (key: K, values?: Readonly<Record<string, string | number>>) => string;

/** What was refused and why: `key` names the phrase with {reason}. */
export function sayRefusal<K extends string>(error: unknown, say: Say<K | "login.failed">, key: K): string {
  return error instanceof Refused ? say(key, { reason: error.message }) : say("login.failed");
}

/** Why somebody was not let in: `wrong` names the phrase for a wrong name, password or code. */
export function sayNotLetIn<K extends string>(error: unknown, say: Say<K | "login.failed" | "login.wait">, wrong: K): string {
  if (!(error instanceof Refused)) return say("login.failed");
  if (error.status === 429) return say("login.wait", { seconds: error.waitS });
  return error.status === 401 ? say(wrong) : error.message;
}
