// Where the person stands: from the phone when it may tell, else typed, else one of the last places.
import { keep, recall } from "../kept.ts";
import { sigmaOf, writePlace, type Place } from "./entries.ts";

const STORED = "sargas.places";
const MOST_RECENT = 3;
/** A fix that is older was of another place, or of a phone that cannot see the sky. */
const OLDEST_FIX_MS = 60_000;

export type Fixing = "asking" | "fixed" | "denied" | "failed" | "impossible";

let fix = $state.raw<Place | null>(null);
let fixing = $state<Fixing>("asking");
let recent = $state.raw<readonly Place[]>(readRecent());

export const place = {
  get fix(): Place | null {
    return fix;
  },
  get fixing(): Fixing {
    return fixing;
  },
  /** Places that reports were made from, the last first. */
  get recent(): readonly Place[] {
    return recent;
  },
};

/** Follows the phone's own place; browsers allow it on this machine and behind TLS only. */
export function followPlace(): void {
  if (!isSecureContext || !navigator.geolocation) {
    fixing = "impossible";
    return;
  }
  const options = { enableHighAccuracy: true, maximumAge: OLDEST_FIX_MS, timeout: 20_000 };
  navigator.geolocation.watchPosition(
    ({ coords }) => {
      fix = { latitude: coords.latitude, longitude: coords.longitude, sigmaM: sigmaOf(coords.accuracy) };
      fixing = "fixed";
    },
    (error) => {
      fixing = error.code === error.PERMISSION_DENIED ? "denied" : "failed";
      fix = null;
    },
    options,
  );
}

/** Two fixes of one spot differ in digits that nobody reads: what is written the same is one place. */
export function rememberPlace(used: Place): void {
  const others = recent.filter((one) => writePlace(one) !== writePlace(used));
  recent = [used, ...others].slice(0, MOST_RECENT);
  keep(STORED, JSON.stringify(recent));
}

function readRecent(): Place[] {
  try {
    return JSON.parse(recall(STORED) ?? "[]") as Place[];
  } catch {
    return [];
  }
}
