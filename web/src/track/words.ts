// Words for the codes of a track, in the language on screen.
import { t } from "../language/current.svelte.ts";
import type { Key } from "../language/words.ts";
import { TYPES } from "../picture/symbols.ts";

export function typeName(type: number): string {
  return t(`type.${type}` as Key);
}

export function identityName(affiliation: number): string {
  return t(`identity.${affiliation}` as Key);
}

/** Names of all classes, by code. */
export function typeNames(): string[] {
  return Array.from({ length: TYPES }, (_, type) => typeName(type));
}
