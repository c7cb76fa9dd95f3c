// What administrators ask of the node.
import type {
  AccountDraft,
  AccountView,
  AlertingDraft,
  AuditView,
  EndedSessions,
  EnteredLabel,
  EnteredPause,
  EnteredPolicy,
  LabelDraft,
  LabelPreview,
  NewAccount,
  NewSecret,
  NewToken,
  OneTimeLink,
  PartView,
  PoliciesView,
  ReleasesView,
  RightsView,
  SessionView,
  TokenDraft,
  TokenView,
  WarningsDraft,
} from "../generated/messages.ts";
import { ask } from "../session/api.ts";

const account = (name: string): string => `/api/accounts/${encodeURIComponent(name)}`;

export const readAccounts = (): Promise<AccountView[]> => ask("GET", "/api/accounts");
export const readTokens = (): Promise<TokenView[]> => ask("GET", "/api/tokens");
export const readParts = (): Promise<PartView[]> => ask("GET", "/api/administration/parts");
export const readAudit = (): Promise<AuditView> => ask("GET", "/api/administration/audit");
export const readReleases = (): Promise<ReleasesView> => ask("GET", "/api/administration/releases");

export function createAccount(draft: AccountDraft, by: SessionView): Promise<NewAccount> {
  return ask("POST", "/api/accounts", draft, by.csrf_token);
}

export function changeRights(name: string, rights: RightsView, by: SessionView): Promise<AccountView> {
  return ask("PUT", `${account(name)}/rights`, rights, by.csrf_token);
}

export function lockAccount(name: string, deed: "lock" | "unlock", by: SessionView): Promise<AccountView> {
  return ask("POST", `${account(name)}/${deed}`, {}, by.csrf_token);
}

export function renewFactor(name: string, by: SessionView): Promise<NewSecret> {
  return ask("POST", `${account(name)}/second-factor`, {}, by.csrf_token);
}

export function makeLink(name: string, by: SessionView): Promise<OneTimeLink> {
  return ask("POST", `${account(name)}/link`, {}, by.csrf_token);
}

export function endSessions(name: string, by: SessionView): Promise<EndedSessions> {
  return ask("DELETE", `${account(name)}/sessions`, undefined, by.csrf_token);
}

export function issueToken(draft: TokenDraft, by: SessionView): Promise<NewToken> {
  return ask("POST", "/api/tokens", draft, by.csrf_token);
}

export function revokeToken(tokenId: string, by: SessionView): Promise<void> {
  return ask("DELETE", `/api/tokens/${tokenId}`, undefined, by.csrf_token);
}

/** Says what another label of a source would change. */
export function previewLabel(name: string, classification: string, nations: readonly string[]): Promise<LabelPreview> {
  const query = new URLSearchParams({ classification, releasable_to: nations.join(",") });
  return ask("GET", `/api/sources/${encodeURIComponent(name)}/label?${query}`);
}

export function changeLabel(name: string, draft: LabelDraft, by: SessionView): Promise<EnteredLabel> {
  return ask("POST", `/api/sources/${encodeURIComponent(name)}/label`, draft, by.csrf_token);
}

export const readPolicies = (): Promise<PoliciesView> => ask("GET", "/api/administration/policies");

export function changeAlerting(draft: AlertingDraft, by: SessionView): Promise<EnteredPolicy> {
  return ask("PUT", "/api/administration/policies/alerting", draft, by.csrf_token);
}

export function changeWarnings(draft: WarningsDraft, by: SessionView): Promise<EnteredPolicy> {
  return ask("PUT", "/api/administration/policies/warnings", draft, by.csrf_token);
}

/** Pauses a source, or lets it go on. */
export function pauseSource(name: string, deed: "pause" | "resume", reason: string, by: SessionView): Promise<EnteredPause> {
  return ask("POST", `/api/sources/${encodeURIComponent(name)}/${deed}`, { reason }, by.csrf_token);
}

/** Chooses the own password; the session goes on. */
export function choosePassword(password: string, by: SessionView): Promise<SessionView> {
  return ask("PUT", "/api/session/password", { password }, by.csrf_token);
}
