// A report in one line, and what became of it.
import { currentLanguage } from "../language/choice.svelte.ts";
import { refusalIn } from "../language/refusals.ts";
import type { Answers, Entry } from "./entries.ts";
import { t } from "./words.ts";

export function summary({ what, bearing, distance, heading }: Answers): string {
  const said = [t(`what.${what}`)];
  if (bearing) said.push(t(`sector.${bearing}`));
  if (distance) said.push(t(`far.${distance}`).toLowerCase());
  if (heading) said.push(t("finish.towards", { sector: t(`sector.${heading}`) }));
  return said.join(" · ");
}

/** Says how an entry stands, to whoever is logged in with an account; null: nobody was yet. */
export function standing(entry: Entry, account: string | null): string {
  if (entry.state === "sent") return t(entry.counts ? "state.sent" : "state.sent_late");
  if (entry.state === "refused") return entry.reason ? t("state.refused", { reason: whyOf(entry) }) : t("state.day_old");
  const isOthers = entry.account !== null && account !== null && entry.account !== account;
  return isOthers ? t("state.waiting_for", { name: entry.account! }) : t("state.waiting");
}

/** The phone keeps the reason as the node said it, so that it is said anew in another language. */
function whyOf(entry: Entry): string {
  return refusalIn(entry.reason, currentLanguage());
}
