// Which APP-6E symbol stands for a track. Codes: milsymbol src/numbersidc (air.js, metadata.js).

/** Number of values the frame's affiliation and type bytes take (APP-6 identity digits; classes with 0 for none). */
export const AFFILIATIONS = 7;
export const TYPES = 13;

/** Entity of symbol set 01 (air) by the frame's type byte; 0 and the natural classes have none of their own. */
const ENTITIES: readonly string[] = [
  "000000", // not classified
  "110300", // one-way drone: unmanned
  "110300", // small fixed-wing drone: unmanned
  "110400", // multirotor: vertical take-off unmanned
  "110500", // balloon
  "000000", // bird
  "000000", // bird flock
  "120100", // light aircraft: civil fixed wing
  "120100", // glider
  "120200", // helicopter: civil rotary
  "120100", // airliner
  "110100", // fast jet: military fixed wing
  "000000", // clutter
];

/** Builds the 20-digit symbol code: version 13 is edition E, context 2 simulation, set 01 air, status 0 present. */
export function symbolCode(affiliation: number, type: number, simulated: boolean): string {
  return `13${simulated ? 2 : 0}${affiliation}010000${ENTITIES[type] ?? "000000"}0000`;
}

/** One letter for tables and labels, so that no meaning hangs on colour alone. */
export const IDENTITY_LETTERS = ["P", "U", "A", "F", "N", "S", "H"] as const;
