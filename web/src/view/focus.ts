// Who works by keyboard keeps the place, though what has the focus is taken away by its own deed or moved by the next second.
import { reachedIn } from "./sheet.ts";

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

  const hand = (event: Event): void => void (byKey = event.type === "keydown");
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
    if (lost.isConnected) lost.focus({ preventScroll: true });
    else if (byKey) beside(around, changes.flatMap(({ addedNodes }) => [...addedNodes]))?.focus({ preventScroll: true });
  });

  watching.observe(root, { childList: true, subtree: true });
  for (const kind of ["keydown", "pointerdown"]) window.addEventListener(kind, hand, true);
  for (const kind of ["focusin", "keyup", "pointerup"]) window.addEventListener(kind, note, true);
  return {
    destroy: () => {
      watching.disconnect();
      for (const kind of ["keydown", "pointerdown"]) window.removeEventListener(kind, hand, true);
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
