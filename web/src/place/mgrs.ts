// UTM by Krüger's series (to n^4: well under a millimetre inside a zone) and the Military Grid Reference System on it.
// Sources: L. Krüger 1912, as in Karney 2011 "Transverse Mercator with an accuracy of a few nanometers"; NGA.STND.0037.

const A_M = 6_378_137;
const FLATTENING = 1 / 298.257223563;
const SCALE = 0.9996;
const EASTING_M = 500_000;
const SOUTH_NORTHING_M = 10_000_000;
const SQUARE_M = 100_000;
const CYCLE_M = 2_000_000;

const N = FLATTENING / (2 - FLATTENING);
const RADIUS_M = (A_M / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64) * SCALE;
const ECCENTRICITY = (2 * Math.sqrt(N)) / (1 + N);
const FORWARD = [
  N / 2 - (2 * N ** 2) / 3 + (5 * N ** 3) / 16 + (41 * N ** 4) / 180,
  (13 * N ** 2) / 48 - (3 * N ** 3) / 5 + (557 * N ** 4) / 1440,
  (61 * N ** 3) / 240 - (103 * N ** 4) / 140,
  (49561 * N ** 4) / 161280,
];
const BACK = [
  N / 2 - (2 * N ** 2) / 3 + (37 * N ** 3) / 96 - N ** 4 / 360,
  N ** 2 / 48 + N ** 3 / 15 - (437 * N ** 4) / 1440,
  (17 * N ** 3) / 480 - (37 * N ** 4) / 840,
  (4397 * N ** 4) / 161280,
];
const LATITUDE = [
  2 * N - (2 * N ** 2) / 3 - 2 * N ** 3 + (116 * N ** 4) / 45,
  (7 * N ** 2) / 3 - (8 * N ** 3) / 5 - (227 * N ** 4) / 45,
  (56 * N ** 3) / 15 - (136 * N ** 4) / 35,
  (4279 * N ** 4) / 630,
];

const BANDS = "CDEFGHJKLMNPQRSTUVWX";
const COLUMNS = ["ABCDEFGH", "JKLMNPQR", "STUVWXYZ"];
const ROWS = "ABCDEFGHJKLMNPQRSTUV";
const WRITTEN = /^(\d{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])(\d{2,10})$/;

export interface Utm {
  readonly zone: number;
  readonly easting: number;
  /** Metres from the equator, southern ones from 10,000 km south of it. */
  readonly northing: number;
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** The zone a place is in, with the exceptions of Norway and Svalbard. */
export function utmZone(latitude: number, longitude: number): number {
  if (latitude >= 56 && latitude < 64 && longitude >= 3 && longitude < 12) return 32;
  if (latitude >= 72 && longitude >= 0 && longitude < 42) return longitude < 9 ? 31 : longitude < 21 ? 33 : longitude < 33 ? 35 : 37;
  return Math.min(Math.floor((longitude + 180) / 6) + 1, 60);
}

/** Degrees WGS84 to metres of a zone. */
export function toUtm(latitude: number, longitude: number, zone = utmZone(latitude, longitude)): Utm {
  const sine = Math.sin(radians(latitude));
  const east = radians(longitude - (6 * zone - 183));
  const t = Math.sinh(Math.atanh(sine) - ECCENTRICITY * Math.atanh(ECCENTRICITY * sine));
  const xi = Math.atan2(t, Math.cos(east));
  const eta = Math.atanh(Math.sin(east) / Math.hypot(1, t));
  let [x, y] = [eta, xi];
  FORWARD.forEach((term, i) => {
    const j = 2 * (i + 1);
    x += term * Math.cos(j * xi) * Math.sinh(j * eta);
    y += term * Math.sin(j * xi) * Math.cosh(j * eta);
  });
  return { zone, easting: EASTING_M + RADIUS_M * x, northing: RADIUS_M * y + (latitude < 0 ? SOUTH_NORTHING_M : 0) };
}

/** Metres of a zone to [longitude, latitude] in degrees. */
export function fromUtm({ zone, easting, northing }: Utm, isSouth: boolean): [number, number] {
  const xi = (northing - (isSouth ? SOUTH_NORTHING_M : 0)) / RADIUS_M;
  const eta = (easting - EASTING_M) / RADIUS_M;
  let [x, y] = [eta, xi];
  BACK.forEach((term, i) => {
    const j = 2 * (i + 1);
    x -= term * Math.cos(j * xi) * Math.sinh(j * eta);
    y -= term * Math.sin(j * xi) * Math.cosh(j * eta);
  });
  const conformal = Math.asin(Math.sin(y) / Math.cosh(x));
  const latitude = LATITUDE.reduce((sum, term, i) => sum + term * Math.sin(2 * (i + 1) * conformal), conformal);
  return [6 * zone - 183 + (Math.atan2(Math.sinh(x), Math.cos(y)) * 180) / Math.PI, (latitude * 180) / Math.PI];
}

/** "35U LA 89106 61342": the square of a metre that a place is in; none outside 80 S to 84 N. */
export function toMgrs(latitude: number, longitude: number): string | null {
  if (!(latitude >= -80 && latitude <= 84)) return null;
  const { zone, easting, northing } = toUtm(latitude, longitude);
  const band = BANDS[Math.min(Math.floor((latitude + 80) / 8), BANDS.length - 1)]!;
  const column = COLUMNS[(zone - 1) % 3]![Math.floor(easting / SQUARE_M) - 1];
  const row = ROWS[(Math.floor(northing / SQUARE_M) + rowShift(zone)) % ROWS.length];
  const digits = (metres: number): string => String(Math.floor(metres) % SQUARE_M).padStart(5, "0");
  return `${zone}${band} ${column}${row} ${digits(easting)} ${digits(northing)}`;
}

/** [longitude, latitude] of the middle of a square, written with or without blanks; none: there is no such square. */
export function fromMgrs(text: string): [number, number] | null {
  const [, zoneText, band = "", column = "", row = "", digits = ""] = WRITTEN.exec(text.replace(/\s/g, "").toUpperCase()) ?? [];
  const zone = Number(zoneText);
  const across = COLUMNS[(zone - 1) % 3]?.indexOf(column) ?? -1;
  if (!(zone >= 1 && zone <= 60) || across < 0 || digits.length % 2) return null;
  const size = SQUARE_M / 10 ** (digits.length / 2);
  const part = (written: string): number => (Number(written) + 0.5) * size;
  const easting = (across + 1) * SQUARE_M + part(digits.slice(0, digits.length / 2));
  const up = (ROWS.indexOf(row) - rowShift(zone) + ROWS.length) % ROWS.length;
  const inCycle = up * SQUARE_M + part(digits.slice(digits.length / 2));
  const south = -80 + 8 * BANDS.indexOf(band);
  const north = band === "X" ? 84 : south + 8;
  for (let northing = inCycle; northing < SOUTH_NORTHING_M; northing += CYCLE_M) {
    const place = fromUtm({ zone, easting, northing }, south < 0);
    // squares at the edge of a band reach a little over it
    if (place[1] > south - 1 && place[1] < north + 1) return place;
  }
  return null;
}

/** Rows of even zones begin five letters on. */
function rowShift(zone: number): number {
  return zone % 2 ? 0 : 5;
}
