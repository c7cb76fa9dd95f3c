// Deeds that are on their way: who presses a button twice has it done once.

/** What was handed in shows with the node's next second; until then it is still on its way. */
const SHOWN_AFTER_MS = 2000;

export class Underway {
  readonly #names = new Set<string>();

  /** Does a deed unless one of its name is on its way; whether it did. What the deed throws is thrown on. */
  async once(name: string, deed: () => Promise<unknown>): Promise<boolean> {
    if (this.#names.has(name)) return false;
    this.#names.add(name);
    try {
      await deed();
    } catch (error) {
      this.#names.delete(name);
      throw error;
    }
    setTimeout(() => this.#names.delete(name), SHOWN_AFTER_MS);
    return true;
  }
}
