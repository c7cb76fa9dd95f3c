// The view on screen: the address says it, and the browser's way back leads to the one before.
import { readView, writeView, type View } from "./views.ts";

let current = $state<View>(readView(location.search));
addEventListener("popstate", () => (current = readView(location.search)));

export function currentView(): View {
  return current;
}

export function showView(view: View): void {
  if (view === current) return;
  current = view;
  history.pushState(null, "", writeView(location.search, view));
}

/** Goes to the view that a person's screen begins with, unless the address asks for one. */
export function showHome(home: View | null): void {
  if (home === null || new URLSearchParams(location.search).has("view")) return;
  current = home;
  history.replaceState(null, "", writeView(location.search, home));
}
