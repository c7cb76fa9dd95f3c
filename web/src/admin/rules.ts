// Rules of alerts and warnings as a form holds them. Pure.
import type { AlertingDraft, WarningPolicy, WarningsDraft } from "../generated/messages.ts";

export type AlertingFields = { -readonly [Name in keyof AlertingDraft]: AlertingDraft[Name] };
export type WarningsFields = { -readonly [Name in keyof WarningsDraft]: WarningsDraft[Name] };
type Level = WarningPolicy["two_persons"][number];

export function alertingDraft(fields: AlertingFields): AlertingDraft {
  return { ...fields, escalate_to: fields.escalate_to.trim(), reason: fields.reason.trim() };
}

export function warningsDraft(fields: WarningsFields): WarningsDraft {
  return { ...fields, reason: fields.reason.trim() };
}

/** Whether two persons must approve a level. */
export function isTwoOf(policy: Pick<WarningPolicy, "two_persons">, level: Level): boolean {
  return policy.two_persons.includes(level);
}

/** The same rules with two persons for a level, or with one; levels in order. */
export function withTwo(fields: WarningsFields, level: Level, isWanted: boolean): WarningsFields {
  const kept = (["yellow", "red"] as const).filter((one) => (one === level ? isWanted : isTwoOf(fields, one)));
  return { ...fields, two_persons: kept };
}
