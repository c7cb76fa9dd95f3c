// The HTTP API as the console uses it.
import type {
  AnswerView,
  ImportedFile,
  IncidentView,
  NewClaim,
  PermissionDraft,
  SessionView,
  ShiftView,
  StoryView,
  TimelineView,
  TrackReport,
  UnitDraft,
} from "../generated/messages.ts";

export class Refused extends Error {
  readonly status: number;
  readonly waitS: number;

  constructor(status: number, reason: string, waitS: number) {
    super(reason);
    this.status = status;
    this.waitS = waitS;
  }
}

/** Asks the node; throws Refused with the node's own words when it says no. */
export async function ask<T>(method: string, path: string, body?: unknown, csrfToken?: string | null): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (csrfToken) headers["X-CSRF-Token"] = csrfToken;
  const answer = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  if (!answer.ok) {
    const detail: unknown = (await answer.json().catch(() => ({}))).detail;
    const wait = Number(answer.headers.get("Retry-After") ?? 0);
    throw new Refused(answer.status, typeof detail === "string" ? detail : answer.statusText, wait);
  }
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** Refused with 429: asked too often, and answered when one may ask again. */
export const TOO_OFTEN = 429;
const MOST_TRIES = 20;

/** Does a deed as soon as the node has room for it: who answers a flood of alerts asks more often than one may. */
export async function patiently<T>(send: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== TOO_OFTEN || tries === MOST_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000 * Math.max(1, error.waitS)));
    }
  }
}

export function readSession(): Promise<SessionView> {
  return ask("GET", "/api/session");
}

/** Refused with 428: the password is right, and the account wants a code of its authenticator too. */
export const CODE_NEEDED = 428;

export function logIn(name: string, password: string, code: string): Promise<SessionView> {
  return ask("POST", "/api/session", { name, password, code });
}

/** Gives password, or code, or both again, before something that must be the person's own. */
export function giveProof(password: string, code: string, session: SessionView): Promise<SessionView> {
  return ask("POST", "/api/session/proof", { password, code }, session.csrf_token);
}

export function logOut(session: SessionView): Promise<void> {
  return ask("DELETE", "/api/session", undefined, session.csrf_token);
}

export function acknowledge(alertId: string, session: SessionView): Promise<void> {
  const path = `/api/alerts/${encodeURIComponent(alertId)}/acknowledge`;
  return ask("POST", path, { reason: "" }, session.csrf_token);
}

/** Lays an alert aside for a reason and some minutes. */
export function shelve(alertId: string, reason: string, minutes: number, session: SessionView): Promise<void> {
  const path = `/api/alerts/${encodeURIComponent(alertId)}/shelve`;
  return ask("POST", path, { reason, minutes }, session.csrf_token);
}

export function unshelve(alertId: string, session: SessionView): Promise<void> {
  const path = `/api/alerts/${encodeURIComponent(alertId)}/unshelve`;
  return ask("POST", path, { reason: "" }, session.csrf_token);
}

/** How far back one can go, and what happened between two instants, epoch ms. */
export function readTimeline(fromMs: number, untilMs: number): Promise<TimelineView> {
  return ask("GET", `/api/timeline?from_ms=${Math.max(0, Math.round(fromMs))}&until_ms=${Math.max(0, Math.round(untilMs))}`);
}

export function readIdentity(trackId: number): Promise<AnswerView[]> {
  return ask("GET", `/api/tracks/${trackId}/identity`);
}

export function readStory(trackId: number): Promise<StoryView> {
  return ask("GET", `/api/tracks/${trackId}/story`);
}

export function readShift(hours: number): Promise<ShiftView> {
  return ask("GET", `/api/shift?hours=${hours}`);
}

export function draftReport(trackId: number, language: string): Promise<TrackReport> {
  return ask("GET", `/api/tracks/${trackId}/report-draft?language=${language}`);
}

/** What a claim leaves out the node fills in. */
export type SomeClaim = Pick<NewClaim, "about" | "value"> & Partial<NewClaim>;

export function makeClaim(trackId: number, claim: SomeClaim, session: SessionView): Promise<void> {
  return ask("POST", `/api/tracks/${trackId}/claims`, claim, session.csrf_token);
}

export function withdrawClaim(trackId: number, claimId: string, session: SessionView): Promise<void> {
  const path = `/api/tracks/${trackId}/claims/${encodeURIComponent(claimId)}/withdraw`;
  return ask("POST", path, {}, session.csrf_token);
}

export function enterPermission(draft: PermissionDraft, session: SessionView): Promise<void> {
  return ask("POST", "/api/permissions", draft, session.csrf_token);
}

export function revokePermission(permissionId: string, session: SessionView): Promise<void> {
  return ask("DELETE", `/api/permissions/${encodeURIComponent(permissionId)}`, undefined, session.csrf_token);
}

/** Hands a file in as it is; what is wrong with it comes back as problems, every other refusal is thrown. */
export async function handInFile<T extends { readonly problems: unknown }>(
  path: string,
  type: string,
  file: Blob,
  session: SessionView,
): Promise<T> {
  const headers = { "Content-Type": type, "X-CSRF-Token": session.csrf_token ?? "" };
  const answer = await fetch(path, { method: "POST", headers, body: file });
  const told = (await answer.json().catch(() => ({}))) as Partial<T> & { detail?: string };
  if (told.problems === undefined) throw new Refused(answer.status, told.detail ?? answer.statusText, 0);
  return told as T;
}

export function importPermissions(file: Blob, session: SessionView): Promise<ImportedFile> {
  return handInFile("/api/permissions/import", "text/plain", file, session);
}

/** What happened where in the last day, open ones first; of closed ones the newest, `mostClosed` at most. */
export function readIncidents(mostClosed: number): Promise<IncidentView[]> {
  return ask("GET", `/api/incidents?closed=${mostClosed}`);
}

/** Enters a unit, or changes one that is known. */
export function enterUnit(draft: UnitDraft, known: boolean, session: SessionView): Promise<void> {
  if (!known) return ask("POST", "/api/units", draft, session.csrf_token);
  return ask("PUT", `/api/units/${encodeURIComponent(draft.unit_id)}`, draft, session.csrf_token);
}

export function removeUnit(unitId: string, session: SessionView): Promise<void> {
  return ask("DELETE", `/api/units/${encodeURIComponent(unitId)}`, undefined, session.csrf_token);
}

export function importUnits(file: Blob, session: SessionView): Promise<ImportedFile> {
  return handInFile("/api/units/import", "text/plain", file, session);
}

export function importWinds(file: Blob, session: SessionView): Promise<ImportedFile> {
  return handInFile("/api/winds/import", "text/csv", file, session);
}

/** Takes over an object that a partner offers, or leaves it there. */
export function answerHandover(handoverId: string, deed: "accept" | "decline", session: SessionView): Promise<void> {
  return ask("POST", `/api/network/hand-overs/${encodeURIComponent(handoverId)}/${deed}`, { reason: "" }, session.csrf_token);
}

export function offerHandover(networkId: string, nation: string, session: SessionView): Promise<void> {
  return ask("POST", "/api/network/hand-overs", { network_id: networkId, nation }, session.csrf_token);
}

/** Lets all feeds run that stand by for a partner, or stand by again. */
export function takeOver(nation: string, deed: "take-over" | "give-back", session: SessionView): Promise<void> {
  return ask("POST", `/api/network/partners/${nation}/${deed}`, { reason: "" }, session.csrf_token);
}

/** Asks a partner to look for an object of ours. */
export function askToLook(networkId: string, nation: string, session: SessionView): Promise<void> {
  return ask("POST", "/api/network/cues", { network_id: networkId, nation }, session.csrf_token);
}

/** Confirms (approve) or refutes (refuse) what people reported. */
export function decideOnSighting(
  sightingId: string,
  action: "approve" | "refuse",
  session: SessionView,
): Promise<void> {
  return ask("POST", `/api/sightings/${encodeURIComponent(sightingId)}/decide/${action}`, { reason: "" }, session.csrf_token);
}

export function decideOnWarning(
  messageId: string,
  action: "approve" | "refuse",
  session: SessionView,
): Promise<void> {
  return ask("POST", `/api/warnings/${encodeURIComponent(messageId)}/decide/${action}`, { reason: "" }, session.csrf_token);
}

export function resendWarning(messageId: string, channel: string, session: SessionView): Promise<void> {
  const address = `/api/warnings/${encodeURIComponent(messageId)}/resend/${encodeURIComponent(channel)}`;
  return ask("POST", address, { reason: "" }, session.csrf_token);
}
