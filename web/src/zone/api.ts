// Zones by the HTTP API: every change is journaled before it takes effect.
import type { ImportedZones, SessionView, Zone } from "../generated/messages.ts";
import { ask, Refused } from "../session/api.ts";

/** Hands a zone in: a new one, or one that takes the place of that of its id. */
export function enterZone(zone: Zone, isNew: boolean, session: SessionView): Promise<void> {
  const path = isNew ? "/api/zones" : `/api/zones/${encodeURI(zone.id)}`;
  return ask(isNew ? "POST" : "PUT", path, zone, session.csrf_token);
}

export function deleteZone(zoneId: string, session: SessionView): Promise<void> {
  return ask("DELETE", `/api/zones/${encodeURI(zoneId)}`, undefined, session.csrf_token);
}

/** Hands a GeoJSON file in; what is wrong with it comes back as problems, every other refusal is thrown. */
export async function importZones(text: string, session: SessionView): Promise<ImportedZones> {
  const headers = { "Content-Type": "application/geo+json", "X-CSRF-Token": session.csrf_token ?? "" };
  const answer = await fetch("/api/zones/import", { method: "POST", headers, body: text });
  const told = (await answer.json().catch(() => ({}))) as Partial<ImportedZones> & { detail?: string };
  if (told.problems === undefined) throw new Refused(answer.status, told.detail ?? answer.statusText, 0);
  return told as ImportedZones;
}
