// Handing a report to the node, and what its answer means for the entry.
import type { ReportAccepted, ReportDraft, SessionView } from "../generated/messages.ts";

export type Verdict =
  | { readonly is: "accepted"; readonly counts: boolean }
  | { readonly is: "refused"; readonly reason: string }
  /** The session is over: all that waits goes on waiting. */
  | { readonly is: "logged_out" }
  /** The node, or something before it, cannot now: later. */
  | { readonly is: "busy" };

/** Slow networks hang rather than fail. */
const PATIENCE_MS = 15_000;

/** Asks who is logged in. Throws when no answer came, or one that is not the node's. */
export async function askSession(): Promise<SessionView> {
  const answer = await fetch("/api/session", { redirect: "error", signal: AbortSignal.timeout(PATIENCE_MS) });
  const session = (await answer.json()) as SessionView;
  if (!answer.ok || !("csrf_token" in session)) throw new Error(`expected a session, was ${answer.status}`);
  return session;
}

/** Sends a report. Throws when no answer came, or one that is not the node's (a hotel's log-in page). */
export async function handIn(draft: Partial<ReportDraft>, csrfToken: string): Promise<Verdict> {
  const answer = await fetch("/api/reports", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrfToken },
    body: JSON.stringify(draft),
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const body: unknown = await answer.json();
  return verdictOf(answer.status, body);
}

/** Reads an answer. Throws when it is not one that the node gives. */
export function verdictOf(status: number, body: unknown): Verdict {
  if (status === 401) return { is: "logged_out" };
  if (status === 408 || status === 425 || status === 429 || status >= 500) return { is: "busy" };
  const { report_id, counts, detail } = body as Partial<ReportAccepted> & { detail?: unknown };
  if (status === 202 && report_id) return { is: "accepted", counts: counts ?? true };
  if (status < 400 || detail === undefined) throw new Error(`expected the node's answer, was ${status} of somebody else`);
  return { is: "refused", reason: wordsOf(detail) };
}

/** The node says why in a sentence, or names each bad field. */
function wordsOf(detail: unknown): string {
  if (!Array.isArray(detail)) return String(detail);
  return detail.map(({ loc, msg }: { loc: unknown[]; msg: string }) => `${loc.slice(1).join(".")}: ${msg}`).join("; ");
}
