// What a person types to get somewhere: a position in any format, a track by any of its names, a zone, a sensor, a town.
import type { Configuration, PlaceView, Unit } from "../generated/messages.ts";
import type { Tracks } from "../track/tracks.ts";
import { readPosition, type Position } from "./coordinates.ts";

export type HitKind = "position" | "track" | "zone" | "sensor" | "unit" | "town";

export interface Hit extends Position {
  readonly kind: HitKind;
  readonly title: string;
  /** What else tells it apart. */
  readonly note: string;
  readonly trackId: number | null;
  readonly unitId?: string;
}

export interface Searched {
  readonly tracks: Tracks;
  readonly configuration: Configuration | null;
  readonly towns: readonly PlaceView[];
  readonly units?: readonly Unit[];
}

export const MOST_HITS = 12;
/** How well a name fits: the whole of it, its beginning, the beginning of a later word; none: not at all. */
type Fit = 0 | 1 | 2 | null;

/** Lists what the text may mean: a position, then what fits best, tracks before places and larger towns first. */
export function findHits(text: string, { tracks, configuration, towns, units = [] }: Searched): Hit[] {
  const wanted = folded(text);
  if (!wanted) return [];
  const found: [number, Hit][] = [];
  const add = (fit: Fit, hit: Hit): void => {
    if (fit !== null) found.push([fit, hit]);
  };
  for (let row = 0; row < tracks.count; row++) {
    const id = tracks.id[row]!;
    const { callsign, icaoAddress, mode3a, networkId } = tracks.names(id);
    const names = [String(id), callsign, icaoAddress, mode3a, networkId].filter(Boolean);
    const place = { latitude: tracks.latitudeDeg[row]!, longitude: tracks.longitudeDeg[row]! };
    const note = names.filter((name) => name !== tracks.title(id)).join(" · ");
    add(bestFit(names, wanted), { kind: "track", title: tracks.title(id), note, trackId: id, ...place });
  }
  for (const { unit_id, name, contact, latitude_deg: latitude, longitude_deg: longitude } of units) {
    const names = [unit_id, name, contact].filter(Boolean);
    add(bestFit(names, wanted), { kind: "unit", title: name, note: contact || unit_id, trackId: null, unitId: unit_id, latitude, longitude });
  }
  for (const zone of configuration?.zones ?? []) {
    const place = middleOf(zone.centre ? [zone.centre] : zone.polygon);
    if (place) add(bestFit([zone.name, zone.id], wanted), { kind: "zone", title: zone.name, note: zone.id, trackId: null, ...place });
  }
  for (const { id, kind, latitude_deg: latitude, longitude_deg: longitude } of configuration?.sensors ?? []) {
    if (latitude === null || longitude === null) continue;
    add(bestFit([id], wanted), { kind: "sensor", title: id, note: kind, trackId: null, latitude, longitude });
  }
  for (const town of towns) {
    const place = { latitude: town.latitude_deg, longitude: town.longitude_deg };
    add(bestFit([town.name], wanted), { kind: "town", title: town.name, note: town.nation, trackId: null, ...place });
  }
  const hits = found.sort(([a], [b]) => a - b).map(([, hit]) => hit);
  const position = readPosition(text);
  if (position) hits.unshift({ kind: "position", title: text.trim(), note: "", trackId: null, ...position });
  return hits.slice(0, MOST_HITS);
}

function bestFit(names: readonly string[], wanted: string): Fit {
  const fits = names.map((name) => fitOf(folded(name), wanted)).filter((fit) => fit !== null);
  return fits.length ? (Math.min(...fits) as Fit) : null;
}

function fitOf(name: string, wanted: string): Fit {
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  return name.includes(` ${wanted}`) || name.includes(`-${wanted}`) ? 2 : null;
}

/** Without marks and capitals: who types "panevezys" means Panevėžys. */
function folded(text: string): string {
  return text.trim().normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function middleOf(ring: readonly (readonly [number, number])[]): Position | null {
  if (ring.length === 0) return null;
  const [west, east] = [Math.min(...ring.map(([x]) => x)), Math.max(...ring.map(([x]) => x))];
  const [south, north] = [Math.min(...ring.map(([, y]) => y)), Math.max(...ring.map(([, y]) => y))];
  return { latitude: (south + north) / 2, longitude: (west + east) / 2 };
}
