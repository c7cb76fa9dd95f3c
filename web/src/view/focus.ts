// Who works by keyboard keeps the place, though what has the focus is taken away by its own deed or moved by the next second.
import { reachedIn } from "./sheet.ts";

/** Whose field is taken away types on for so long before seeing it. */
const TYPES_ON_MS = 2000;
const TYPED_INTO = "input, textarea, select";
/** Keys that end what is typed: who pressed one is done with the field. */
const LAST_KEYS = ["Enter", "Escape"];

/** For the answer that does no harm, `use:focus`: whoever presses Enter or Space unread loses nothing. */
export function focus(element: HTMLElement): void {
  element.focus();
}

/** For the outermost element of the screen: `use:keepFocus`. */
export function keepFocus(root: HTMLElement) {
  let last: HTMLElement | null = null;
  /** What it stands in, from the inside out. */
  let around: readonly HTMLElement[] = [];
  let byKey = false;
  let lastKey = "";
  /** Until when keys are still meant for a field that is gone; of the clock of events. */
  let typesOnUntil = 0;

  const hand = (event: Event): void => {
    byKey = event instanceof KeyboardEvent;
    if (event instanceof KeyboardEvent) lastKey = event.key;
    if (!byKey || event.timeStamp >= typesOnUntil) return void (typesOnUntil = 0);
    typesOnUntil = event.timeStamp + TYPES_ON_MS;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const note = (): void => {
    const now = document.activeElement;
    // a sheet gives the focus back by itself
    last = now instanceof HTMLElement && root.contains(now) && !now.closest('[role="dialog"]') ? now : null;
    around = last ? ancestors(last, root) : [];
  };
  const watching = new MutationObserver((changes) => {
    const lost = last;
    if (!lost || document.activeElement !== document.body) return;
    if (!changes.some(({ removedNodes }) => [...removedNodes].some((one) => one.contains(lost)))) return;
    if (lost.isConnected) return lost.focus({ preventScroll: true });
    if (lost.matches(TYPED_INTO) && !(byKey && LAST_KEYS.includes(lastKey))) typesOnUntil = performance.now() + TYPES_ON_MS;
    if (byKey) beside(around, changes.flatMap(({ addedNodes }) => [...addedNodes]))?.focus({ preventScroll: true });
  });

  watching.observe(root, { childList: true, subtree: true });
  for (const kind of ["keydown", "keyup", "pointerdown"]) window.addEventListener(kind, hand, true);
  for (const kind of ["focusin", "keyup", "pointerup"]) window.addEventListener(kind, note, true);
  return {
    destroy: () => {
      watching.disconnect();
      for (const kind of ["keydown", "keyup", "pointerdown"]) window.removeEventListener(kind, hand, true);
      for (const kind of ["focusin", "keyup", "pointerup"]) window.removeEventListener(kind, note, true);
    },
  };
}

function ancestors(element: HTMLElement, root: HTMLElement): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let one = element.parentElement; one && root.contains(one); one = one.parentElement) found.push(one);
  return found;
}

/** The nearest that was there before: what has only just come, such as "Really?", is not to be pressed by a held key. */
function beside(around: readonly HTMLElement[], added: readonly Node[]): HTMLElement | undefined {
  const wasThere = (one: HTMLElement): boolean => !added.some((node) => node.contains(one));
  return around.filter((one) => one.isConnected).flatMap(reachedIn).find(wasThere);
}
