// What is drawn on canvases, by theme: "r, g, b" of lines and fills, colours of symbols and of the basemap.

/** The first is what a display starts with. */
export const THEMES = ["night", "day", "red-light"] as const;
export type Theme = (typeof THEMES)[number];

/** Colours of one theme. Texts such as "120, 170, 214" go into rgb() and rgba(). */
export interface Ink {
  readonly border: string;
  readonly protected: string;
  readonly restricted: string;
  readonly alerted: string;
  readonly permission: string;
  readonly sensor: string;
  readonly grid: string;
  readonly drift: string;
  readonly launch: string;
  readonly lost: string;
  readonly sighting: string;
  readonly few: string;
  readonly green: string;
  readonly yellow: string;
  readonly red: string;
  readonly doubt: string;
  /** Measures, rings, ellipses and cones. */
  readonly tool: string;
  /** Behind text. */
  readonly halo: string;
  /** Names of tracks: no alert, advisory, critical. */
  readonly labels: readonly [string, string, string];
  /** Vector and trail of a track with a critical alert, 0 to 1. */
  readonly critical: readonly [number, number, number];
  /** Fills of symbols by identity, digit of APP-6. */
  readonly fills: readonly string[];
  /** Vectors and trails by identity. */
  readonly lines: readonly string[];
  /** Around symbols, so that they stand off the map. */
  readonly outline: string;
  readonly simulated: string;
  readonly marks: { readonly selected: string; readonly focused: string; readonly advisory: string; readonly critical: string };
  /** What symbols are multiplied with, so that no other hue is left in them; none: left as they are. */
  readonly tint: string | null;
  readonly chart: Chart;
}

export interface Chart {
  readonly sea: string;
  readonly land: string;
  readonly shore: string;
  readonly border: string;
  readonly country: string;
  readonly city: string;
  readonly halo: string;
}

const NIGHT_IDENTITIES = ["#d3bd62", "#d3bd62", "#6fb4e8", "#6fb4e8", "#7fcf8f", "#f0805c", "#ff5a5a"];
const RED_IDENTITIES = ["#c92a1e", "#c92a1e", "#8a1810", "#8a1810", "#8a1810", "#e8382c", "#ff5546"];

export const INKS: Readonly<Record<Theme, Ink>> = {
  night: {
    border: "120, 170, 214",
    protected: "96, 200, 190",
    restricted: "170, 150, 220",
    alerted: "255, 92, 92",
    permission: "140, 205, 140",
    sensor: "150, 176, 198",
    grid: "140, 162, 180",
    drift: "120, 200, 255",
    launch: "255, 190, 110",
    lost: "255, 196, 84",
    sighting: "224, 168, 88",
    few: "128, 144, 160",
    green: "70, 190, 110",
    yellow: "240, 205, 70",
    red: "240, 70, 60",
    doubt: "255, 157, 60",
    tool: "236, 240, 244",
    halo: "8, 13, 19",
    labels: ["195, 208, 218", "255, 210, 122", "255, 179, 179"],
    critical: [1, 0.35, 0.35],
    fills: NIGHT_IDENTITIES,
    lines: NIGHT_IDENTITIES,
    outline: "rgb(6, 10, 15)",
    simulated: "#d58bff",
    marks: { selected: "#ffffff", focused: "#cfe4f7", advisory: "#f2b134", critical: "#ff4d4d" },
    tint: null,
    chart: {
      sea: "#0b141d",
      land: "#141d26",
      shore: "#22303d",
      border: "#4c6375",
      country: "#5a7184",
      city: "#7d92a3",
      halo: "#0e161f",
    },
  },
  day: {
    border: "30, 90, 150",
    protected: "0, 105, 100",
    restricted: "95, 60, 165",
    alerted: "196, 20, 20",
    permission: "25, 110, 40",
    sensor: "70, 92, 112",
    grid: "84, 104, 120",
    drift: "0, 90, 160",
    launch: "150, 80, 0",
    lost: "140, 85, 0",
    sighting: "125, 80, 10",
    few: "100, 115, 130",
    green: "25, 140, 65",
    yellow: "170, 130, 0",
    red: "200, 30, 25",
    doubt: "175, 80, 0",
    tool: "20, 32, 43",
    halo: "255, 255, 255",
    labels: ["20, 32, 43", "122, 72, 0", "168, 16, 16"],
    critical: [0.77, 0.08, 0.08],
    fills: ["#ffe066", "#ffe066", "#80d4ff", "#80d4ff", "#9be8a6", "#ffa07a", "#ff7070"],
    lines: ["#7a6400", "#7a6400", "#0b5fa0", "#0b5fa0", "#1c7433", "#b0421a", "#c41414"],
    outline: "rgb(255, 255, 255)",
    simulated: "#8a3fc0",
    marks: { selected: "#14202b", focused: "#0b5c94", advisory: "#b06c00", critical: "#d01818" },
    tint: null,
    chart: {
      sea: "#cfdfeb",
      land: "#f1f2ec",
      shore: "#a9bccb",
      border: "#7d8f9e",
      country: "#5d6f7e",
      city: "#47586a",
      halo: "#fbfbf8",
    },
  },
  "red-light": {
    border: "150, 30, 22",
    protected: "190, 40, 30",
    restricted: "170, 34, 26",
    alerted: "255, 85, 70",
    permission: "130, 28, 20",
    sensor: "170, 36, 28",
    grid: "150, 30, 22",
    drift: "200, 44, 34",
    launch: "180, 38, 30",
    lost: "235, 58, 44",
    sighting: "205, 46, 36",
    few: "70, 14, 10",
    green: "105, 20, 14",
    yellow: "170, 34, 26",
    red: "245, 64, 47",
    doubt: "230, 58, 42",
    tool: "245, 64, 47",
    halo: "7, 0, 0",
    labels: ["230, 58, 42", "240, 64, 47", "255, 85, 70"],
    critical: [1, 0.33, 0.27],
    fills: RED_IDENTITIES,
    lines: RED_IDENTITIES,
    outline: "rgb(8, 0, 0)",
    simulated: "#f5402f",
    marks: { selected: "#ff5546", focused: "#e63a2a", advisory: "#e63a2a", critical: "#ff5546" },
    tint: "rgb(255, 80, 64)",
    chart: {
      sea: "#070000",
      land: "#150303",
      shore: "#2c0706",
      border: "#5c120d",
      country: "#7d1a13",
      city: "#9c2118",
      halo: "#0a0000",
    },
  },
};

/** The colours to draw with now; follows the theme by useInk. */
export let ink: Ink = INKS.night;

export function useInk(theme: Theme): void {
  ink = INKS[theme];
}
