// What an administrator does: the node may ask for password or code first, then the deed is done after all.
import { t } from "../language/current.svelte.ts";
import { Refused } from "../session/api.ts";
import { sayRefusal } from "../session/refusal.ts";

const PROOF_NEEDED = 428;

export class Deeds {
  /** What waits for password or code. */
  waiting: (() => Promise<string>) | null = $state.raw(null);
  said = $state("");
  complaint = $state("");
  /** One is on its way: pressed again, a button would make a second account, key or link. */
  isUnderway = $state(false);

  /** Does something, one at a time; what it returns is said. */
  async run(deed: () => Promise<string>): Promise<void> {
    if (this.isUnderway) return;
    this.isUnderway = true;
    this.said = this.complaint = "";
    try {
      this.said = await deed();
    } catch (error) {
      if (error instanceof Refused && error.status === PROOF_NEEDED) this.waiting = deed;
      else this.complaint = sayRefusal(error, t, "admin.failed");
    } finally {
      this.isUnderway = false;
    }
  }

  /** Password or code was given: the deed that waited is done. */
  async goOn(): Promise<void> {
    const deed = this.waiting;
    this.waiting = null;
    if (deed) await this.run(deed);
  }
}
