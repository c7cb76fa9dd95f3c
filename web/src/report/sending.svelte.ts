// What was entered and what became of it: kept first, then sent, again and again until the node has answered.
import { keep, recall } from "../kept.ts";
import { TAKEN_FOR_MINUTES, minutesAgo, toDraft, type Entry } from "./entries.ts";
import { askSession, handIn, type Verdict } from "./node.ts";
import { dropEntry, keepEntry, readEntries, readEntry } from "./outbox.ts";

const AGAIN_MS = 5_000;
const SENT_KEPT = 5;
const ACCOUNT = "sargas.report.account";

export type Link = "unknown" | "open" | "logged_out" | "offline";

let entries = $state.raw<readonly Entry[]>([]);
let link = $state<Link>("unknown");
let account = $state<string | null>(recall(ACCOUNT));
let sending = false;
let again = false;

export const outbox = {
  get entries(): readonly Entry[] {
    return entries;
  },
  get waiting(): readonly Entry[] {
    return entries.filter((one) => one.state === "waiting");
  },
  get refused(): readonly Entry[] {
    return entries.filter((one) => one.state === "refused");
  },
  get link(): Link {
    return link;
  },
  /** Account of the last session seen: without a network it cannot be asked. */
  get account(): string | null {
    return account;
  },
};

/** Shows what is kept, and sends it whenever there is hope: now, when the network is back, every few seconds. */
export async function startSending(): Promise<void> {
  entries = await readEntries();
  window.addEventListener("online", () => void send());
  window.addEventListener("offline", () => (link = "offline"));
  document.addEventListener("visibilitychange", () => document.hidden || void send());
  setInterval(() => void (outbox.waiting.length || link !== "open" ? send() : undefined), AGAIN_MS);
  await send();
}

/** Keeps an entry; it is on the phone when the promise is kept, and is sent after that. */
export async function enter(entry: Entry): Promise<void> {
  await keepEntry(entry);
  entries = await readEntries();
  void send();
}

export async function drop(entry: Entry): Promise<void> {
  await dropEntry(entry.reportId);
  entries = await readEntries();
}

/** Sends what waits; one page at a time, should two be open. */
export async function send(): Promise<void> {
  again = true;
  if (sending) return;
  sending = true;
  try {
    while (again) {
      again = false;
      await (navigator.locks ? navigator.locks.request("sargas-reports", sendAll) : sendAll());
    }
  } catch {
    link = "offline";
  } finally {
    sending = false;
    entries = await readEntries();
  }
}

async function sendAll(): Promise<void> {
  const session = await askSession();
  if (!session.name || !session.csrf_token) {
    link = "logged_out";
    return;
  }
  link = "open";
  account = session.name;
  keep(ACCOUNT, account);
  for (const entry of (await readEntries()).reverse()) {
    if (entry.state !== "waiting" || (entry.account ?? account) !== account) continue;
    const verdict = await verdictOn(entry, session.csrf_token);
    if (verdict.is === "logged_out") {
      link = "logged_out";
      return;
    }
    await note(entry, verdict);
  }
  await forgetSent();
}

async function verdictOn(entry: Entry, csrfToken: string): Promise<Verdict> {
  const nowMs = Date.now();
  if (minutesAgo(entry, nowMs) > TAKEN_FOR_MINUTES) return { is: "refused", reason: "" };
  return handIn(toDraft(entry, nowMs), csrfToken);
}

/** Notes an answer, unless the person has mended or dropped the entry meanwhile. */
async function note(sent: Entry, verdict: Verdict): Promise<void> {
  const now = await readEntry(sent.reportId);
  if (now?.revision !== sent.revision || verdict.is === "busy" || verdict.is === "logged_out") return;
  const became =
    verdict.is === "accepted"
      ? ({ state: "sent", counts: verdict.counts } as const)
      : ({ state: "refused", reason: verdict.reason } as const);
  await keepEntry({ ...now, ...became, account: now.account ?? account });
  entries = await readEntries();
}

async function forgetSent(): Promise<void> {
  const sent = (await readEntries()).filter((one) => one.state === "sent");
  for (const old of sent.slice(SENT_KEPT)) await dropEntry(old.reportId);
}
