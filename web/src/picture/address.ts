// The view as a URL: a link shows another operator the same thing.
import { COLUMNS } from "../track/columns.ts";
import type { TableSort } from "../track/ledger.ts";
import type { Place } from "./camera.ts";

export const HOME: Place = { latitude: 56.0, longitude: 24.2, zoom: 5.7 };

export interface ViewState {
  readonly place: Place;
  readonly selected: number | null;
  readonly filter: string;
  /** Whether disturbed navigation is drawn. */
  readonly navigation: boolean;
  /** Whether units that could respond, and incidents, are drawn. */
  readonly units: boolean;
  readonly incidents: boolean;
  /** Whether names, trails, ranges of sensors and drifters are drawn. */
  readonly labels: boolean;
  readonly trails: boolean;
  readonly ranges: boolean;
  readonly drifting: boolean;
  /** Whether the map goes with the selected track. */
  readonly following: boolean;
  /** How the table sorts. */
  readonly sort: TableSort;
  /** Which list stands beside the alerts. */
  readonly panel: Panel;
}

const SORTED: TableSort = { by: "threat", descending: true };

export const PANELS = ["sources", "radars", "sightings", "lost", "drift", "gnss", "network", "permissions", "zones", "shift", "units", "incidents"] as const;
export type Panel = (typeof PANELS)[number];

export function readAddress(search: string): ViewState {
  const query = new URLSearchParams(search);
  const number = (name: string, otherwise: number): number => {
    const value = query.get(name);
    return value === null || value === "" || Number.isNaN(Number(value)) ? otherwise : Number(value);
  };
  return {
    place: {
      latitude: Math.min(Math.max(number("lat", HOME.latitude), -85), 85),
      longitude: number("lon", HOME.longitude),
      zoom: number("zoom", HOME.zoom),
    },
    selected: query.has("track") ? number("track", 0) || null : null,
    filter: query.get("filter") ?? "",
    navigation: query.get("gnss") !== "off",
    units: query.get("units") !== "off",
    incidents: query.get("incidents") !== "off",
    labels: query.get("names") !== "off",
    trails: query.get("trails") !== "off",
    ranges: query.get("ranges") === "on",
    drifting: query.get("drift") !== "off",
    following: query.get("follow") === "on",
    sort: readSort(query.get("order") ?? ""),
    panel: PANELS.find((panel) => panel === query.get("list")) ?? PANELS[0],
  };
}

/** Writes the view into an address, keeping what else stands in it. */
export function writeAddress(search: string, state: ViewState): string {
  const query = new URLSearchParams(search);
  query.delete("link");
  query.set("lat", state.place.latitude.toFixed(4));
  query.set("lon", state.place.longitude.toFixed(4));
  query.set("zoom", state.place.zoom.toFixed(2));
  setOrDelete(query, "track", state.selected === null ? "" : String(state.selected));
  setOrDelete(query, "filter", state.filter);
  setOrDelete(query, "gnss", state.navigation ? "" : "off");
  setOrDelete(query, "units", state.units ? "" : "off");
  setOrDelete(query, "incidents", state.incidents ? "" : "off");
  setOrDelete(query, "names", state.labels ? "" : "off");
  setOrDelete(query, "trails", state.trails ? "" : "off");
  setOrDelete(query, "ranges", state.ranges ? "on" : "");
  setOrDelete(query, "drift", state.drifting ? "" : "off");
  setOrDelete(query, "follow", state.following ? "on" : "");
  setOrDelete(query, "order", writeSort(state.sort));
  setOrDelete(query, "list", state.panel === PANELS[0] ? "" : state.panel);
  return `?${query}`;
}

/** Reads a column, with a minus before it when the largest stand first; what is no column is the usual order. */
function readSort(text: string): TableSort {
  const by = COLUMNS.find((column) => column === text.replace(/^-/, ""));
  return by ? { by, descending: text.startsWith("-") } : SORTED;
}

function writeSort({ by, descending }: TableSort): string {
  return by === SORTED.by && descending === SORTED.descending ? "" : `${descending ? "-" : ""}${by}`;
}

function setOrDelete(query: URLSearchParams, name: string, value: string): void {
  if (value) query.set(name, value);
  else query.delete(name);
}
