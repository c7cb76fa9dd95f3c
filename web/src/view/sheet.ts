// Sheets over the screen: the focus goes in, stays in, and comes back; the one opened last is the one that Esc closes.
interface Sheet {
  readonly element: HTMLElement;
  close: () => void;
}

const REACHED = ":is(a[href], button, input, select, textarea, summary, [tabindex='0']):not(:disabled)";
const open: Sheet[] = [];

/** Closes the sheet that was opened last; false: none is open. */
export function closeSheet(): boolean {
  const last = open.at(-1);
  last?.close();
  return last !== undefined;
}

/** Whether a sheet is open: then the keys of what lies under it are dead. */
export function hasSheet(): boolean {
  return open.length > 0;
}

/** For the outermost element of a sheet: `use:sheet={close}`. */
export function sheet(element: HTMLElement, close: () => void) {
  const before = document.activeElement;
  const own: Sheet = { element, close };
  open.push(own);
  element.addEventListener("keydown", keepIn);
  reachedIn(element)[0]?.focus();
  return {
    update: (next: () => void) => (own.close = next),
    destroy: () => {
      open.splice(open.indexOf(own), 1);
      const isLost = document.activeElement === document.body || element.contains(document.activeElement);
      if (isLost && before instanceof HTMLElement && before.isConnected) before.focus();
    },
  };
}

/** What a keyboard reaches in an element, in order. */
export function reachedIn(element: HTMLElement): HTMLElement[] {
  return [...element.querySelectorAll<HTMLElement>(REACHED)].filter((one) => one.checkVisibility());
}

/** Goes from the last to the first and back, as in any modal dialog (ARIA Authoring Practices, Dialog). */
function keepIn(event: KeyboardEvent): void {
  if (event.key !== "Tab") return;
  const reached = reachedIn(event.currentTarget as HTMLElement);
  const [edge, next] = event.shiftKey ? [reached[0], reached.at(-1)] : [reached.at(-1), reached[0]];
  if (document.activeElement !== edge) return;
  event.preventDefault();
  next?.focus();
}
