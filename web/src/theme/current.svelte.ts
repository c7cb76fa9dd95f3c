// The theme on screen: for daylight, for a dark room, and red only for eyes that must stay adapted to the dark.
import { kept } from "../kept.ts";
import { THEMES, useInk, type Theme } from "./inks.ts";
import { keepChoice, readChoice } from "./remembered.ts";

const GROUNDS: Readonly<Record<Theme, string>> = { night: "#0a1119", day: "#eef2f5", "red-light": "#070000" };

const initial = readChoice("theme", THEMES, location.search, kept);
let current = $state<Theme>(initial);
show(initial);

export function currentTheme(): Theme {
  return current;
}

export function setTheme(theme: Theme): void {
  current = theme;
  show(theme);
  history.replaceState(null, "", keepChoice("theme", theme, THEMES, location.search, kept));
}

export function nextTheme(): void {
  setTheme(THEMES[(THEMES.indexOf(current) + 1) % THEMES.length]!);
}

function show(theme: Theme): void {
  useInk(theme);
  document.documentElement.dataset["theme"] = theme;
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", GROUNDS[theme]);
}
