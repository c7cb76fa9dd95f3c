// Zones by the HTTP API: every change is journaled before it takes effect.
import type { ImportedFile, SessionView, Zone } from "../generated/messages.ts";
import { ask, handInFile } from "../session/api.ts";

/** Hands a zone in: a new one, or one that takes the place of that of its id. */
export function enterZone(zone: Zone, isNew: boolean, session: SessionView): Promise<void> {
  const path = isNew ? "/api/zones" : `/api/zones/${encodeURIComponent(zone.id)}`;
  return ask(isNew ? "POST" : "PUT", path, zone, session.csrf_token);
}

export function deleteZone(zoneId: string, session: SessionView): Promise<void> {
  return ask("DELETE", `/api/zones/${encodeURIComponent(zoneId)}`, undefined, session.csrf_token);
}

export function importZones(file: Blob, session: SessionView): Promise<ImportedFile> {
  return handInFile("/api/zones/import", "application/geo+json", file, session);
}
