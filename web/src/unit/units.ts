// Units that could respond: order in lists, words for how old a word is, what a form makes of them.
import type { Unit, UnitDraft } from "../generated/messages.ts";

export const ROLES = ["patrol", "mobile_team", "helicopter", "quick_reaction", "rescue", "observer"] as const;
export const STATES = ["ready", "busy", "unavailable"] as const;
/** A place that was told longer ago is doubted. */
const DOUBTED_MS = 3600e3;

/** What may be asked first stands first, then by name. */
export function sortUnits(units: readonly Unit[]): Unit[] {
  const place = (unit: Unit): number => STATES.indexOf(unit.state as (typeof STATES)[number]);
  return [...units].sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name) || a.unit_id.localeCompare(b.unit_id));
}

/** Whether nobody has said for an hour where a unit is. */
export function isDoubted(unit: Unit, nowMs: number): boolean {
  return nowMs - unit.position_ns / 1e6 > DOUBTED_MS;
}

/** What a person typed; numbers are still text, or what the browser makes of it: none where a field was emptied. */
export interface Filled {
  unit_id: string;
  name: string;
  role: (typeof ROLES)[number];
  state: (typeof STATES)[number];
  latitude: string;
  longitude: string;
  minutes: string | number | null;
  contact: string;
}

export interface UnitForm {
  filled: Filled;
  /** The unit whose place or state is being changed; null: a new one. */
  changing: string | null;
  open: boolean;
}

export const BLANK: Filled = {
  unit_id: "", name: "", role: "patrol", state: "ready", latitude: "", longitude: "", minutes: "", contact: "",
};

export function filledOf(unit: Unit): Filled {
  const { unit_id, name, role, contact } = unit;
  const state = unit.state === "removed" ? "ready" : unit.state;
  const minutes = unit.ready_in_s === null ? "" : String(unit.ready_in_s / 60);
  return { unit_id, name, role, state, latitude: String(unit.latitude_deg), longitude: String(unit.longitude_deg), minutes, contact };
}

/** The draft of a form; the node says itself when it was and who may see it. */
export function draftOf(filled: Filled): UnitDraft {
  const { unit_id, name, role, state, contact } = filled;
  return {
    unit_id, name, role, state, contact,
    latitude_deg: Number(filled.latitude),
    longitude_deg: Number(filled.longitude),
    position_ns: null,
    ready_in_s: filled.minutes === "" || filled.minutes === null ? null : Math.round(60 * Number(filled.minutes)),
    label: null,
  };
}
