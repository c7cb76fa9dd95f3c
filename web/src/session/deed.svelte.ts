// What a person hands in and the node may refuse: what came of it is said, or why nothing did.
import type { ImportedFile } from "../generated/messages.ts";
import { currentLanguage, t } from "../language/current.svelte.ts";
import { refusalIn } from "../language/refusals.ts";
import type { Key } from "../language/words.ts";
import { sayRefusal } from "./refusal.ts";

export class Deed {
  said = $state("");
  complaint = $state("");
  readonly #failed: Key;
  #isUnderway = false;

  /** `failed` names the phrase with {reason}. */
  constructor(failed: Key) {
    this.#failed = failed;
  }

  clear(): void {
    this.said = this.complaint = "";
  }

  /** Does what tells what to say, one at a time; true when it came to pass. */
  async run(deed: () => Promise<string>): Promise<boolean> {
    if (this.#isUnderway) return false;
    this.#isUnderway = true;
    this.clear();
    try {
      this.said = await deed();
      return true;
    } catch (error) {
      this.complaint = sayRefusal<Key>(error, t, this.#failed);
      return false;
    } finally {
      this.#isUnderway = false;
    }
  }

  /** Hands in the file that was chosen; `imported` names the phrase with {entered} and {unchanged}. */
  async importFile(
    event: Event & { currentTarget: HTMLInputElement },
    handIn: (file: Blob) => Promise<ImportedFile>,
    imported: Key,
  ): Promise<void> {
    const [file] = event.currentTarget.files ?? [];
    event.currentTarget.value = ""; // the same file may be chosen again once it is mended
    if (!file) return;
    let problems: ImportedFile["problems"] = [];
    // as it is: read as text here, letters of another encoding would be others before the node sees them
    const handInWhole = async (): Promise<string> => {
      const done = await handIn(file);
      ({ problems } = done);
      return problems.length ? "" : t(imported, { entered: done.entered, unchanged: done.unchanged });
    };
    if (await this.run(handInWhole)) this.complaint = problems.map(sayProblem).join("\n");
  }
}

function sayProblem({ line, problem }: ImportedFile["problems"][number]): string {
  const said = refusalIn(problem, currentLanguage());
  return line === 0 ? said : `${line}: ${said}`;
}
