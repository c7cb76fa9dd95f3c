// The answers about a track in words: classes in the order of the model, shares in whole percent.

export const CLASSES: readonly string[] = [
  "one_way_drone",
  "small_fixed_wing_drone",
  "multirotor",
  "balloon",
  "bird",
  "bird_flock",
  "light_aircraft",
  "glider",
  "helicopter",
  "airliner",
  "fast_jet",
  "clutter",
];

const KNOWN: ReadonlySet<string> = new Set([
  "unknown",
  "abroad",
  "domestic",
  "armed_possible",
  "armed_unlikely",
  "confirmed",
  "unsupported",
  "doubtful",
  "friend",
  "hostile",
]);

/** What an intent begins with that is to go to a zone. */
const TO = "to ";

/** Says an answer that has a word of its own, or the zone a track makes for; anything else, such as a call sign, stands as it is. */
export function wordOf(value: string, say: (key: string, values?: Record<string, string>) => string): string {
  if (value.startsWith(TO)) return say("held.to", { zone: value.slice(TO.length) });
  return KNOWN.has(value) ? say(`held.${value}`) : value;
}

/** Says a probability; what is not certain never reads 100 %. */
export function percent(share: number): string {
  return `${Math.min(99, Math.max(1, Math.round(100 * share)))} %`;
}
