// Flight permissions as the page shows and makes them.
import type { FlightPermission, PermissionDraft } from "../generated/messages.ts";
import { timeOfInput } from "../history/question.ts";

export const PURPOSES = [
  "own_drone",
  "police",
  "border_guard",
  "medical",
  "rescue",
  "model_club",
  "survey",
  "training",
  "plan",
  "other",
] as const satisfies readonly FlightPermission["purpose"][];

const NS_PER_MS = 1e6;

/** Those in force at a time (epoch ms) or to come, the next to end first. */
export function standing(permissions: readonly FlightPermission[], timeMs: number): FlightPermission[] {
  return permissions
    .filter((one) => one.state === "active" && one.valid_until_ns / NS_PER_MS > timeMs)
    .sort((a, b) => a.valid_until_ns - b.valid_until_ns || a.permission_id.localeCompare(b.permission_id));
}

export function isInForce(permission: FlightPermission, timeMs: number): boolean {
  return permission.valid_from_ns / NS_PER_MS <= timeMs;
}

/** "05-01 08:00Z", and "2027-05-01 08:00Z" where the year is another than that of `nowMs`. */
export function shortTime(ns: number, nowMs: number): string {
  const iso = new Date(ns / NS_PER_MS).toISOString();
  const isThisYear = iso.slice(0, 4) === new Date(nowMs).toISOString().slice(0, 4);
  return `${iso.slice(isThisYear ? 5 : 0, 10)} ${iso.slice(11, 16)}Z`;
}

/** What identities a permission names, as they are written. */
export function identities(permission: FlightPermission): string {
  const named = [permission.callsign, permission.icao_address, permission.mode_3a, permission.uas_id];
  return named.filter((name) => name !== null && name !== undefined).join(", ");
}

export interface Filled {
  readonly permission_id: string;
  readonly holder: string;
  readonly purpose: FlightPermission["purpose"];
  /** As it is typed, UTC: 2026-09-21 16:00. */
  readonly from: string;
  readonly until: string;
  readonly latitude: string;
  readonly longitude: string;
  readonly radius: string;
  readonly ceiling: string;
  readonly callsign: string;
  readonly uas_id: string;
  readonly icao_address: string;
}

/** The permission that a filled form asks for; the node judges whether it can be. */
export function draftOf(filled: Filled): PermissionDraft {
  const named = (text: string): string | null => text.trim() || null;
  return {
    permission_id: filled.permission_id.trim(),
    holder: filled.holder.trim(),
    purpose: filled.purpose,
    valid_from_ns: nsOf(filled.from),
    valid_until_ns: nsOf(filled.until),
    polygon: [],
    holes: [],
    centre: [Number(filled.longitude), Number(filled.latitude)],
    radius_m: Number(filled.radius) * 1000,
    floor_m: -1000,
    ceiling_m: Number(filled.ceiling),
    icao_address: named(filled.icao_address)?.toLowerCase() ?? null,
    mode_3a: null,
    callsign: named(filled.callsign),
    uas_id: named(filled.uas_id),
    classes: [],
    count: 1,
  };
}

function nsOf(typed: string): number {
  return (timeOfInput(typed) ?? NaN) * NS_PER_MS;
}
