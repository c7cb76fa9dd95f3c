// Which views there are and what address says them. Pure.
export const VIEWS = ["picture", "airport", "protection", "history", "admin"] as const;
export type View = (typeof VIEWS)[number];

/** Views that cover the picture, which goes on behind them: alarms are heard, nothing is lost. */
const PAGES: readonly View[] = ["history", "admin"];

export function isPage(view: View): boolean {
  return PAGES.includes(view);
}

/** The view that an address says; the picture where it says none. */
export function readView(search: string): View {
  const asked = new URLSearchParams(search).get("view");
  return VIEWS.find((view) => view === asked) ?? "picture";
}

/** Writes the view into an address, keeping what else stands in it. */
export function writeView(search: string, view: View): string {
  const query = new URLSearchParams(search);
  if (view === "picture") query.delete("view");
  else query.set("view", view);
  return `?${query}`;
}

/** The views that a person is offered. */
export function viewsOf(mayAdminister: boolean): readonly View[] {
  return VIEWS.filter((view) => view !== "admin" || mayAdminister);
}
