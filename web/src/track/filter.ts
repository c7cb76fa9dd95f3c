// The track filter, one for the map and the table: words that must all fit.
import { COASTING, StatusBit, type TrackView } from "./tracks.ts";

export type Predicate = (tracks: TrackView, row: number) => boolean;

export interface Filter {
  readonly fits: Predicate;
  /** Terms that were not understood. */
  readonly wrong: readonly string[];
}

const QUANTITIES: Record<string, (tracks: TrackView, row: number) => number> = {
  alt: (tracks, row) => tracks.altitudeM[row]!,
  speed: (tracks, row) => 3.6 * tracks.speedMps[row]!,
  age: (tracks, row) => tracks.age[row]! / 2,
};

const MARKS: Record<string, Predicate> = {
  alert: (tracks, row) => tracks.threat[row]! > 0,
  dark: (tracks, row) => (tracks.status[row]! & StatusBit.transponder) === 0,
  coasting: (tracks, row) => (tracks.status[row]! & 3) === COASTING,
};

/** Reads "alt<1000 dark LOT": comparisons of alt (m), speed (km/h) and age (s), marks, and text in names or class. */
export function parseFilter(text: string, className: (type: number) => string): Filter {
  const wrong: string[] = [];
  const terms = text
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .map((term) => parseTerm(term, className, wrong));
  return { fits: (tracks, row) => terms.every((fits) => fits(tracks, row)), wrong };
}

function parseTerm(term: string, className: (type: number) => string, wrong: string[]): Predicate {
  const comparison = /^([a-z]+)([<>])(.*)$/.exec(term);
  if (comparison) {
    const [, name = "", sign, limit = ""] = comparison;
    const quantity = QUANTITIES[name];
    if (!quantity || limit === "" || Number.isNaN(Number(limit))) {
      wrong.push(term);
      return () => true;
    }
    return sign === "<"
      ? (tracks, row) => quantity(tracks, row) < Number(limit)
      : (tracks, row) => quantity(tracks, row) > Number(limit);
  }
  return MARKS[term] ?? ((tracks, row) => textOf(tracks, row, className).includes(term));
}

function textOf(tracks: TrackView, row: number, className: (type: number) => string): string {
  const id = tracks.id[row]!;
  const { callsign, icaoAddress, mode3a } = tracks.names(id);
  return `${id} ${callsign} ${icaoAddress} ${mode3a} ${className(tracks.type[row]!)}`.toLowerCase();
}
