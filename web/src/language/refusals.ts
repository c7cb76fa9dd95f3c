// What the node says when it refuses, in the page's language where it is known. Pure.
import { fill } from "./fill.ts";
import lithuanian from "./refusals/lt.json" with { type: "json" };

interface Sentence {
  readonly pattern: RegExp;
  /** Letters that must be there: of two that match, more of them say it more exactly. */
  readonly letters: number;
  readonly said: string;
}

const PLACEHOLDER = /\{(\w+)\}/;
const LITHUANIAN = readSentences(lithuanian);

/** The refusal in the page's language; as the node says it where that language has no words for it. */
export function refusalIn(english: string, language: string): string {
  if (language !== "lt") return english;
  for (const { pattern, said } of LITHUANIAN) {
    const found = pattern.exec(english);
    if (found) return fill(said, found.groups ?? {});
  }
  return english;
}

/** Turns templates into patterns, the most exact first. */
function readSentences(table: Readonly<Record<string, string>>): readonly Sentence[] {
  return Object.entries(table)
    .map(([english, said]) => ({ ...patternOf(english), said }))
    .sort((a, b) => b.letters - a.letters);
}

/** Splits at the placeholders: every second part is the name of one. */
function patternOf(template: string): Omit<Sentence, "said"> {
  const parts = template.split(PLACEHOLDER);
  const source = parts.map((part, i) => (i % 2 ? `(?<${part}>.*?)` : part.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&"))).join("");
  const letters = parts.reduce((sum, part, i) => sum + (i % 2 ? 0 : part.length), 0);
  return { pattern: new RegExp(`^${source}$`, "s"), letters };
}
