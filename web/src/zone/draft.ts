// A zone as a person fills it in, and the zone that it makes; the node judges whether it can be.
import type { Zone } from "../generated/messages.ts";
import { readPosition } from "../place/coordinates.ts";

export const KINDS = ["protected", "restricted", "border"] as const satisfies readonly Zone["kind"][];

export interface ZoneDraft {
  /** Of a zone that is there already; none: a new one. */
  readonly changes: Zone | null;
  readonly id: string;
  readonly name: string;
  readonly kind: Zone["kind"];
  /** Numbers as they are typed; none: it is no number yet. */
  readonly value: number | null;
  readonly floorM: number | null;
  readonly ceilingM: number | null;
  readonly shape: "polygon" | "circle";
  /** Positions in any format, one a line: the corners, or the centre alone. */
  readonly places: string;
  readonly radiusKm: number | null;
}

export type Made = { readonly zone: Zone } | { readonly wrongLine: string } | { readonly lacks: "corners" | "centre" };

export function blankZone(): ZoneDraft {
  return {
    changes: null, id: "", name: "", kind: "protected", value: 1, floorM: -1000, ceilingM: 100_000,
    shape: "polygon", places: "", radiusKm: 5,
  };
}

export function draftOfZone(zone: Zone): ZoneDraft {
  const ring = zone.centre ? [zone.centre] : zone.polygon;
  return {
    changes: zone,
    id: zone.id,
    name: zone.name,
    kind: zone.kind,
    value: zone.value,
    floorM: zone.floor_m,
    ceilingM: zone.ceiling_m,
    shape: zone.centre ? "circle" : "polygon",
    places: ring.map(([longitude, latitude]) => lineOf(latitude, longitude)).join("\n"),
    radiusKm: zone.radius_m === null ? 5 : zone.radius_m / 1000,
  };
}

/** A place as a line of the form: six decimals are a tenth of a metre. */
export function lineOf(latitude: number, longitude: number): string {
  return `${latitude.toFixed(6)} ${longitude.toFixed(6)}`;
}

/** With one more place: a corner, or of a circle its centre. */
export function withPlace(draft: ZoneDraft, latitude: number, longitude: number): ZoneDraft {
  const line = lineOf(latitude, longitude);
  const before = draft.shape === "circle" ? "" : draft.places.trimEnd();
  return { ...draft, places: before ? `${before}\n${line}` : line };
}

export function withoutLast(draft: ZoneDraft): ZoneDraft {
  return { ...draft, places: draft.places.trimEnd().split("\n").slice(0, -1).join("\n") };
}

/** [longitude, latitude] of the lines that are positions, in order. */
export function placesOf(draft: ZoneDraft): [number, number][] {
  return linesOf(draft).flatMap((line) => {
    const place = readPosition(line);
    return place ? [[place.longitude, place.latitude] as [number, number]] : [];
  });
}

/** The zone that a filled form asks for. */
export function zoneOf(draft: ZoneDraft): Made {
  const wrongLine = linesOf(draft).find((line) => !readPosition(line));
  if (wrongLine !== undefined) return { wrongLine };
  const places = placesOf(draft);
  const isCircle = draft.shape === "circle";
  if (isCircle && places.length !== 1) return { lacks: "centre" };
  if (!isCircle && new Set(places.map(String)).size < 3) return { lacks: "corners" };
  const was = draft.changes;
  // a shape that nobody touched stays to the last digit, with its holes
  const isSameShape = was !== null && draft.places.trim() === draftOfZone(was).places && isCircle === (was.centre !== null);
  const polygon = isCircle ? [] : isSameShape ? was.polygon : places;
  return {
    zone: {
      id: draft.id.trim(),
      name: draft.name.trim(),
      kind: draft.kind,
      value: number(draft.value),
      closes: was?.closes ?? false,
      floor_m: number(draft.floorM),
      ceiling_m: number(draft.ceilingM),
      polygon,
      holes: isSameShape && !isCircle ? was.holes : [],
      centre: isCircle ? (isSameShape ? was.centre : places[0]!) : null,
      radius_m: isCircle ? 1000 * number(draft.radiusKm) : null,
    },
  };
}

/** The form lets nobody save what is no number; the node would refuse it. */
function number(typed: number | null): number {
  return typed ?? NaN;
}

/** An id out of a name that no other zone has: small Latin letters, digits and hyphens. */
export function idFor(name: string, taken: ReadonlySet<string>): string {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "zone";
  let id = plain;
  for (let n = 2; taken.has(id); n++) id = `${plain}-${n}`;
  return id;
}

function linesOf(draft: ZoneDraft): string[] {
  return draft.places.split("\n").map((line) => line.trim()).filter(Boolean);
}

/** "500 … 2000 m", "≤ 2000 m", "≥ 500 m": an end that bounds nothing is not said. */
export function sayBand(zone: Pick<Zone, "floor_m" | "ceiling_m">): string {
  const [floor, ceiling] = [Math.round(zone.floor_m), Math.round(zone.ceiling_m)];
  const isOpenBelow = floor <= -1000;
  if (ceiling >= 100_000) return isOpenBelow ? "" : `≥ ${floor} m`;
  return isOpenBelow ? `≤ ${ceiling} m` : `${floor} … ${ceiling} m`;
}

/** Its middle, to go there. */
export function middleOfZone(zone: Zone): readonly [number, number] {
  if (zone.centre) return zone.centre;
  const longitudes = zone.polygon.map(([longitude]) => longitude);
  const latitudes = zone.polygon.map(([, latitude]) => latitude);
  return [(Math.min(...longitudes) + Math.max(...longitudes)) / 2, (Math.min(...latitudes) + Math.max(...latitudes)) / 2];
}
