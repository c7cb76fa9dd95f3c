// Which APP-6E symbol stands for a unit.
import type { Unit } from "../generated/messages.ts";

/** Symbol set and entity by role, all of set 10, land units. Source: milsymbol src/numbersidc/sidc/landunit.js. */
const ENTITIES: Readonly<Record<Unit["role"], readonly [string, string]>> = {
  patrol: ["10", "200000"],
  mobile_team: ["10", "130100"],
  helicopter: ["10", "120600"],
  quick_reaction: ["10", "120800"],
  rescue: ["10", "161300"],
  observer: ["10", "121300"],
};
/** Builds the 20-digit code: version 13 is edition E, context 0 reality, identity 3 friend, status 0 present. */
export function unitCode(role: Unit["role"]): string {
  const [set, entity] = ENTITIES[role];
  return `1303${set}0000${entity}0000`;
}
