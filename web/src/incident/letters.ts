// The letter of each kind of incident: on its pin and in the list.
import type { IncidentView } from "../generated/messages.ts";

export const LETTERS: Readonly<Record<IncidentView["incident"], string>> = {
  sighting: "S",
  lost: "L",
  crash: "X",
  warning: "W",
  finding: "N",
};
