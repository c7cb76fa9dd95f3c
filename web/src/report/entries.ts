// A report as it is kept on the phone, and as the node takes it. No clock, no storage: both are tested by themselves.
import type { ReportDraft } from "../generated/messages.ts";

export const WHATS = ["drone", "balloon", "plane", "helicopter", "light", "unknown"] as const;
export const SECTORS = ["NW", "N", "NE", "W", "E", "SW", "S", "SE"] as const;
export const DISTANCES = ["near", "some_hundred_metres", "about_a_kilometre", "some_kilometres", "far"] as const;
export const SENSES = ["seen", "heard", "both"] as const;
export const REPORTERS = ["soldier", "border_guard", "police", "trained_observer", "citizen", "hearsay"] as const;
export const SURENESS = { sure: 0.9, fairly: 0.7, unsure: 0.4 } as const;
export const MINUTES_BEFORE = [0, 2, 5, 10, 20] as const;

export type What = (typeof WHATS)[number];
export type Sector = (typeof SECTORS)[number];
export type Distance = (typeof DISTANCES)[number] | "overhead";
export type Sense = (typeof SENSES)[number];
export type Reporter = (typeof REPORTERS)[number];
export type Sureness = keyof typeof SURENESS;

/** Where the person stands: WGS84 degrees, one sigma in metres. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly sigmaM: number;
}

export interface Answers {
  readonly what: What;
  readonly bearing: Sector | null;
  readonly distance: Distance | null;
  readonly heading: Sector | null;
  readonly sense: Sense;
  readonly sureness: Sureness;
  readonly reporter: Reporter;
  readonly words: string;
}

export interface Entry {
  /** Made here: the node knows by it what it has already. */
  readonly reportId: string;
  /** Goes up when the person mends it, so that an answer to what it was before is not taken for one to what it is. */
  readonly revision: number;
  /** Account it was entered under; null: nobody was logged in, whoever is next hands it in. */
  readonly account: string | null;
  /** When it was noticed, epoch ms of this phone. */
  readonly seenMs: number;
  readonly place: Place;
  readonly answers: Answers;
  readonly state: "waiting" | "sent" | "refused";
  /** Why the node refused it, in its own words. */
  readonly reason: string;
  /** Of a sent one: whether it came in time to change the picture. */
  readonly counts: boolean;
}

/** After so long a sighting is over: a report of it goes on record and changes nothing (LIFE_NS of the core). */
export const COUNTS_FOR_MINUTES = 15;
/** The node takes no older ones. */
export const TAKEN_FOR_MINUTES = 1440;

const MS_PER_MINUTE = 60_000;

export function minutesAgo(entry: Entry, nowMs: number): number {
  return Math.max(0, (nowMs - entry.seenMs) / MS_PER_MINUTE);
}

/** Says whether it will not change the picture any more when it is sent now. */
export function isTooOld(entry: Entry, nowMs: number): boolean {
  return minutesAgo(entry, nowMs) >= COUNTS_FOR_MINUTES;
}

/** Writes an entry as the node takes it; its time is told as an age, so that a phone's wrong clock does no harm. */
export function toDraft(entry: Entry, nowMs: number): Partial<ReportDraft> {
  const { what, sureness, ...said } = entry.answers;
  return {
    ...said,
    report_id: entry.reportId,
    channel: "app",
    latitude_deg: entry.place.latitude,
    longitude_deg: entry.place.longitude,
    place_sigma_m: entry.place.sigmaM,
    minutes_ago: minutesAgo(entry, nowMs),
    seen: what,
    confidence: SURENESS[sureness],
  };
}

/** Reads "54.6872, 25.2797", also "54,6872; 25,2797" and "54.6872 N 25.2797 E"; null: not a place. */
export function readPlace(text: string): Place | null {
  const found = /^\s*(\d{1,2}(?:[.,]\d+)?)\s*°?\s*([NSŠP]?)\s*[,;\s]\s*(\d{1,3}(?:[.,]\d+)?)\s*°?\s*([EWRV]?)\s*$/i.exec(text);
  if (!found) return null;
  const [, north = "", southOf = "", east = "", westOf = ""] = found;
  const latitude = Number(north.replace(",", ".")) * (/[SP]/i.test(southOf) ? -1 : 1);
  const longitude = Number(east.replace(",", ".")) * (/[WV]/i.test(westOf) ? -1 : 1);
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return { latitude, longitude, sigmaM: TYPED_SIGMA_M };
}

const TYPED_SIGMA_M = 100;

/** Browsers tell the radius that holds 95 %; of a circular error that is 2.45 sigma. */
export function sigmaOf(accuracyM: number): number {
  return Math.min(50_000, Math.max(3, accuracyM / 2.45));
}

export function writePlace(place: Place): string {
  return `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`;
}
