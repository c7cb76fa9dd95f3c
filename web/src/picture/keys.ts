// The keyboard: one key a command, dead while somebody types.

export interface Commands {
  next(): void;
  previous(): void;
  acknowledge(): void;
  goTo(): void;
  classify(): void;
  report(): void;
  mute(): void;
  filter(): void;
  labels(): void;
  trails(): void;
  ranges(): void;
  navigation(): void;
  units(): void;
  incidents(): void;
  theme(): void;
  search(): void;
  measure(): void;
  follow(): void;
  zoomIn(): void;
  zoomOut(): void;
  pause(): void;
  stepBack(): void;
  stepOn(): void;
  live(): void;
  view1(): void;
  view2(): void;
  view3(): void;
  view4(): void;
  view5(): void;
  help(): void;
  escape(): void;
}

export const KEYS: Readonly<Record<string, keyof Commands>> = {
  j: "next",
  k: "previous",
  a: "acknowledge",
  g: "goTo",
  i: "classify",
  r: "report",
  x: "mute",
  "/": "filter",
  l: "labels",
  t: "trails",
  c: "ranges",
  n: "navigation",
  u: "units",
  o: "incidents",
  b: "theme",
  f2: "search",
  m: "measure",
  f: "follow",
  q: "zoomOut",
  e: "zoomIn",
  space: "pause",
  ",": "stepBack",
  ".": "stepOn",
  end: "live",
  "1": "view1",
  "2": "view2",
  "3": "view3",
  "4": "view4",
  "5": "view5",
  "?": "help",
  escape: "escape",
};

const TYPED_INTO = new Set(["INPUT", "TEXTAREA", "SELECT"]);
/** What the space bar belongs to while it has the focus. */
const PRESSED_BY_SPACE = "button, summary, a";

/** The digit on a key that types a letter: where Lithuanian is typed the upper row gives ą č ę ė į. */
function digitOf({ code, shiftKey }: KeyboardEvent): string {
  return (!shiftKey && /^Digit(\d)$/.exec(code ?? "")?.[1]) || "";
}

/** Does what a key stands for; `only`: these commands, all others are dead. */
export function handleKey(event: KeyboardEvent, commands: Commands, only?: ReadonlySet<keyof Commands>): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const typing = TYPED_INTO.has((event.target as HTMLElement | null)?.tagName ?? "");
  const key = event.key === " " ? "space" : event.key.toLowerCase();
  if (key === "space" && (event.target as HTMLElement | null)?.closest?.(PRESSED_BY_SPACE)) return;
  const name = KEYS[key] ?? KEYS[digitOf(event)];
  if (!name || (typing && name !== "escape") || (only && !only.has(name))) return;
  event.preventDefault();
  if (typing) {
    const field = event.target as HTMLElement;
    field.blur();
    // a sheet closes at once; what is typed elsewhere stays, and so does what is selected
    if (!field.closest('[role="dialog"]')) return;
  }
  commands[name]();
}
