// Reasons and evidence that the node gives in two languages. Pure.

/** The reasons in the page's language where the node says them so, else in English. */
export function reasonsIn(told: { readonly reasons: readonly string[]; readonly reasons_lt: readonly string[] }, language: string): readonly string[] {
  return language === "lt" && told.reasons_lt.length > 0 ? told.reasons_lt : told.reasons;
}

/** Why something is as it is, in the page's language where the node says it so, else in English. */
export function reasonIn(told: { readonly reason: string; readonly reason_lt: string }, language: string): string {
  return language === "lt" && told.reason_lt !== "" ? told.reason_lt : told.reason;
}

/** What could not be taken into account, in the page's language where the node says it so, else in English. */
export function limitsIn(told: { readonly limits: readonly string[]; readonly limits_lt: readonly string[] }, language: string): readonly string[] {
  return language === "lt" && told.limits_lt.length > 0 ? told.limits_lt : told.limits;
}

/** What speaks for a claim, in the page's language where it was said so, else as it was said. */
export function evidenceIn(told: { readonly evidence: readonly string[]; readonly evidence_lt: readonly string[] }, language: string): readonly string[] {
  return language === "lt" && told.evidence_lt.length > 0 ? told.evidence_lt : told.evidence;
}

/** What a partner tells in one line, in the page's language where it says it so, else as it says it. */
export function headlineIn(told: { readonly headline: string; readonly headline_lt: string }, language: string): string {
  return language === "lt" && told.headline_lt !== "" ? told.headline_lt : told.headline;
}
