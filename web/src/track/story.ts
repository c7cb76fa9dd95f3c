// What became of a track, a line in words for each thing that happened.
import type { StoryLine } from "../generated/messages.ts";
import { inLanguage } from "../language/saying.ts";

type Say = (key: string, values?: Record<string, string>) => string;

/** What a line is about and what happened, in the language of the screen. */
export function sayLine(line: StoryLine, say: Say, sayClass: (name: string) => string): string {
  switch (line.what) {
    case "sensor":
      return say("story.sensor", { sensor: line.state });
    case "class":
      return say("story.class", { name: sayClass(line.state), share: share(line) });
    case "status":
      return say(`story.status.${line.state}`);
    case "alert":
      return say(`story.alert.${line.state}`, { zone: line.subject, tier: say(`alerts.${line.value}`) });
    case "warning":
      return say(`story.warning.${line.state}`);
    case "claim":
      return say(`story.claim.${line.state}`, { question: say(`held.${line.subject}`), value: sayClass(line.value) });
    case "decision":
      return say("story.decision", { action: say(`story.action.${line.state}`) });
    case "event":
      return say(`story.event.${line.state}`, { others: line.subject });
    case "lost":
      return say(`story.lost.${line.state}`, { other: line.subject, share: share(line), shares: shares(line, say) });
  }
}

/** Why, in the language of the screen where the node says it so. */
export function reasonsOf(line: StoryLine, language: string): string {
  return inLanguage(line, "reasons", language).join(" · ");
}

/** Who it was, where a line does not say so already. */
export function whoOf(line: StoryLine): string {
  return line.what === "sensor" ? "" : line.who;
}

/** What may have become of a lost track, the likeliest first. */
function shares(line: StoryLine, say: Say): string {
  return line.shares.map((one) => `${say(`lost.${one.name}`)} ${Math.round(100 * one.probability)} %`).join(", ");
}

function share(line: StoryLine): string {
  return line.probability === null ? "" : ` (${Math.round(100 * line.probability)} %)`;
}
