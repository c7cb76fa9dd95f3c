// Why a source is not ok, in the language of the screen where the node's words are of a known form.
import type { SourceHealth } from "../generated/messages.ts";

type Say = (key: "sources.paused_by", values: Record<string, string>) => string;
/** As the node writes it: an account, then the person's own words. */
const PAUSED_BY = /^paused by ([^\s:]+): ([\s\S]+)$/;

export function reasonOf(health: Pick<SourceHealth, "state" | "reason">, say: Say): string {
  const found = health.state === "paused" ? PAUSED_BY.exec(health.reason) : null;
  return found ? say("sources.paused_by", { who: found[1]!, why: found[2]! }) : health.reason;
}
