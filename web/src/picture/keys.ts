// The keyboard: one key a command, dead while somebody types.

export interface Commands {
  next(): void;
  previous(): void;
  acknowledge(): void;
  goTo(): void;
  filter(): void;
  labels(): void;
  trails(): void;
  ranges(): void;
  navigation(): void;
  theme(): void;
  search(): void;
  measure(): void;
  follow(): void;
  zoomIn(): void;
  zoomOut(): void;
  help(): void;
  escape(): void;
}

export const KEYS: Readonly<Record<string, keyof Commands>> = {
  j: "next",
  k: "previous",
  a: "acknowledge",
  g: "goTo",
  "/": "filter",
  l: "labels",
  t: "trails",
  c: "ranges",
  n: "navigation",
  b: "theme",
  f2: "search",
  m: "measure",
  f: "follow",
  q: "zoomOut",
  e: "zoomIn",
  "?": "help",
  escape: "escape",
};

export function handleKey(event: KeyboardEvent, commands: Commands): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
  const name = KEYS[event.key.toLowerCase()];
  if (!name || (typing && name !== "escape")) return;
  if (typing) (event.target as HTMLElement).blur();
  event.preventDefault();
  commands[name]();
}
