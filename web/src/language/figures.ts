// Numbers as a language writes them: all but English with a decimal comma. Places in degrees stay as they are entered.
import type { Language } from "./languages.ts";

/** A number with so many decimals; what rounds to nothing has no sign. */
export function fixed(value: number, decimals: number): string {
  return value.toFixed(decimals).replace(/^-(?=[0.]+$)/, "");
}

/** "087°": a course or bearing in three digits, as it is spoken. */
export function sayBearing(degrees: number): string {
  return `${String(Math.round(degrees) % 360).padStart(3, "0")}°`;
}

/** Writes the numbers of a text that was put together with decimal points. */
export function figuresIn(language: Language, text: string): string {
  return language === "en" ? text : text.replace(/(\d)\.(?=\d)/g, "$1,");
}
