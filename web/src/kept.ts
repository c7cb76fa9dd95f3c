// What a browser keeps of a page; one that keeps nothing (full, or told not to) never stops the page.

/** Returns what was kept under a name, null without it. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Keeps it where the browser can: a choice is then for this page alone. */
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // nothing depends on it
  }
}

/** The same as a store that can be handed on. */
export const kept = { getItem: recall, setItem: keep };
