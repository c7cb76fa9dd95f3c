// The network of nations: which offers wait for us, who answers for an object, what is shown of cues and notices, and
// what a partner's feeds can be told.
import type { Cue, Handover, NetworkIdentity, NetworkSection, PartnerView, SourceHealth } from "../generated/messages.ts";
import { inLanguage } from "../language/saying.ts";

const OVER_MS = 120_000;

/** Offers to us that nobody has answered and that have not run out, the most urgent first. */
export function waitingOffers(network: NetworkSection | null, nowMs: number): Handover[] {
  if (!network) return [];
  return network.handovers
    .filter((one) => one.state === "offered" && one.taker === network.nation && one.expires_ns / 1e6 > nowMs)
    .sort((a, b) => a.expires_ns - b.expires_ns || a.handover_id.localeCompare(b.handover_id));
}

/** All other hand-overs that are open or ended lately, the latest first. */
export function otherHandovers(network: NetworkSection | null, nowMs: number): Handover[] {
  if (!network) return [];
  const waiting = new Set(waitingOffers(network, nowMs).map((one) => one.handover_id));
  return network.handovers.filter((one) => !waiting.has(one.handover_id) && nowMs - one.time_ns / 1e6 < OVER_MS);
}

/** When it came to be so, UTC ns: what the other side has not answered is told again every few seconds, each time anew. */
export function sinceNs(one: Handover): number {
  const isClaim = one.handover_id.startsWith(`${one.taker}/claim/`);
  return one.state === "offered" || (isClaim && one.state === "accepted") ? one.offered_ns : one.time_ns;
}

/** Cues that go on or were answered lately. */
export function shownCues(network: NetworkSection | null, nowMs: number): Cue[] {
  return network ? network.cues.filter((one) => nowMs - one.expires_ns / 1e6 < OVER_MS) : [];
}

/** Which nation answers for an object, and which others report it; where nothing is told it is its first nation's. */
export function dutyOf(network: NetworkSection | null, networkId: string): { holder: string; partners: readonly string[] } {
  const told: NetworkIdentity | undefined = network?.identities.find((one) => one.network_id === networkId && !one.is_ended);
  return { holder: told?.holder ?? networkId.slice(0, 3), partners: told?.partners ?? [] };
}

/** What can be done about the feeds that stand by for a partner: take over while one waits, give back while one runs. */
export function feedDeeds(partner: PartnerView): ("take-over" | "give-back")[] {
  const deeds: ("take-over" | "give-back")[] = [];
  if (partner.taken_over.length < partner.standby.length) deeds.push("take-over");
  if (partner.taken_over.length > 0) deeds.push("give-back");
  return deeds;
}

/** Why the link to a partner is not well, in the node's words; empty while it is. */
export function linkTrouble(sources: readonly SourceHealth[], nation: string, language: string): string {
  const link = sources.find((one) => one.source === `link ${nation}`);
  return link ? inLanguage(link, "reason", language) : "";
}
