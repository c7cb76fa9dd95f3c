// Positions are written and read in every format, and places are found by what people call them.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Configuration } from "../src/generated/messages.ts";
import { findHits, MOST_HITS } from "../src/place/search.ts";
import { Ledger } from "../src/track/ledger.ts";
import { Tracks } from "../src/track/tracks.ts";
import { fromUtm, toUtm, utmZone } from "../src/place/mgrs.ts";
import { FORMATS, readPosition, sayPosition } from "../src/place/coordinates.ts";

const VILNIUS = { latitude: 54.6872, longitude: 25.2797 };

test("a position is said in each format", () => {
  assert.equal(sayPosition(VILNIUS, "dd"), "54.6872° N 25.2797° E");
  assert.equal(sayPosition(VILNIUS, "dmm"), "54° 41.232′ N 25° 16.782′ E");
  assert.equal(sayPosition(VILNIUS, "dms"), "54° 41′ 13.9″ N 25° 16′ 46.9″ E");
  assert.equal(sayPosition({ latitude: -33.5, longitude: -70.25 }, "dd"), "33.5000° S 70.2500° W");
});

test("what rounds up to sixty minutes or seconds is carried", () => {
  assert.equal(sayPosition({ latitude: 54.999_999_9, longitude: 25.999_999 }, "dms"), "55° 00′ 00.0″ N 26° 00′ 00.0″ E");
  assert.equal(sayPosition({ latitude: 54.999_999_9, longitude: 25.999_999 }, "dmm"), "55° 00.000′ N 26° 00.000′ E");
});

test("UTM agrees with PROJ to a millimetre", () => {
  // pyproj 3.7: Transformer.from_crs(4326, 32600 + zone).transform(latitude, longitude); southern 32719
  for (const [latitude, longitude, zone, easting, northing] of [
    [54.6872, 25.2797, 35, 389106.0120243129, 6061342.90521661],
    [48.85824, 2.2945, 31, 448251.8364397856, 5411937.124125181],
    [38.89768, -77.03653, 18, 323391.6450088915, 4307393.47225332],
    [57.39, 21.56, 34, 533661.9337942447, 6360938.831451309],
    [-33.5, -70.25, 19, 383889.65309260937, 6292581.647169361],
  ] as const) {
    const found = toUtm(latitude, longitude);
    assert.equal(found.zone, zone);
    assert.ok(Math.hypot(found.easting - easting, found.northing - northing) < 1e-3, `${latitude} ${longitude}`);
    const [back, up] = fromUtm(found, latitude < 0);
    assert.ok(Math.hypot(back - longitude, up - latitude) < 1e-9);
  }
});

test("MGRS agrees with published references", () => {
  // Eiffel Tower and Honolulu as in Wikipedia, "Military Grid Reference System"; zone 32V of Norway, 33X of Svalbard
  assert.equal(sayPosition({ latitude: 48.85824, longitude: 2.2945 }, "mgrs"), "31U DQ 48251 11937");
  assert.equal(sayPosition(VILNIUS, "mgrs"), "35U LA 89106 61342");
  assert.equal(utmZone(60.4, 5.3), 32);
  assert.equal(utmZone(78.2, 15.6), 33);
  const honolulu = readPosition("4QFJ1234567890")!;
  assert.ok(Math.abs(honolulu.latitude - 21.4098) < 1e-4 && Math.abs(honolulu.longitude + 157.9161) < 1e-4);
  const coarse = readPosition("35u la 89 61")!;
  assert.ok(Math.hypot(coarse.latitude - 54.6886, coarse.longitude - 25.2859) < 0.01);
  assert.equal(sayPosition({ latitude: 86, longitude: 20 }, "mgrs"), "–");
});

test("what is said is read back to within its own rounding", () => {
  for (const latitude of [54.6872, 59.999_96, -12.3, 0.0001]) {
    for (const longitude of [25.2797, 20.999_99, -70.25, 0.0001]) {
      for (const format of FORMATS) {
        const read = readPosition(sayPosition({ latitude, longitude }, format));
        assert.ok(read, `${format} ${latitude} ${longitude}`);
        assert.ok(Math.abs(read.latitude - latitude) < 6e-5, `${format} ${latitude} ${read.latitude}`);
        assert.ok(Math.abs(read.longitude - longitude) < 6e-5, `${format} ${longitude} ${read.longitude}`);
      }
    }
  }
});

test("people write positions in many ways", () => {
  const written = [
    "54.6872 25.2797",
    "54.6872, 25.2797",
    "54,6872 25,2797",
    "54,6872; 25,2797",
    "N54.6872 E25.2797",
    "25.2797E 54.6872N",
    "N 54 41.232 E 25 16.782",
    "54°41.232'N, 25°16.782'E",
    "54°41'13.92\"N 25°16'46.92\"E",
    "54 41 13.92 25 16 46.92",
    "54° 41’ 13.92” Š 25° 16’ 46.92” R",
    "35U LA 89106 61342",
  ];
  for (const text of written) {
    const read = readPosition(text);
    assert.ok(read, text);
    assert.ok(Math.hypot(read.latitude - VILNIUS.latitude, read.longitude - VILNIUS.longitude) < 2e-5, text);
  }
  assert.deepEqual(readPosition("54,26"), { latitude: 54, longitude: 26 });
  assert.deepEqual(readPosition("S33 30 W70 15"), { latitude: -33.5, longitude: -70.25 });
});

test("what is no position is none", () => {
  const wrong = ["", "1001", "LOT123", "54", "54 61 25 10", "54 25 10", "95 25", "54 181", "N54 N25", "N54 25E", "54.5 30 25.5 30"];
  for (const text of [...wrong, "7700", "503abc", "35ULA123", "Vilnius", "zone 5 5"]) {
    assert.equal(readPosition(text), null, text);
  }
});

const TOWNS = ["Vilnius", "Naujoji Vilnia", "Panevėžys"].map((name, i) => ({
  name,
  nation: "LTU",
  latitude_deg: 54 + i,
  longitude_deg: 25,
  population: 1000 - i,
}));

function sky(): Tracks {
  const tracks = new Tracks();
  const ids = [1001, 1002, 54];
  const column = (value: number): Float32Array => new Float32Array(ids.map((_, i) => value + i));
  const ledger = new Ledger();
  ledger.apply({
    rows: ids.length, sequence: 1, baseSequence: 0, validTimeMs: 0, sendTimeMs: 0, flags: 1, id: new Uint32Array(ids), deleted: new Uint32Array(0),
    longitudeDeg: column(25), latitudeDeg: column(55), altitudeM: column(100), courseDeg: column(0), speedMps: column(50),
    affiliation: new Uint8Array(3), type: new Uint8Array(3), threat: new Uint8Array(3), status: new Uint8Array(3),
  } as unknown as Parameters<Ledger["apply"]>[0]);
  tracks.take(ledger.pack());
  tracks.applyNames({
    type: "names", snapshot: true, track_id: ids, callsign: ["LOT001", "", ""], icao_address: ["503abc", "", ""],
    mode_3a: ["7700", "", ""], network_id: ["", "LVA-12", ""], sensors: [[], [], []], sensor_ids: [],
  });
  return tracks;
}

const ZONES = {
  zones: [
    { id: "lt-east", name: "Rytų siena", centre: null, polygon: [[25, 54], [27, 54], [27, 56]] },
    { id: "plant", name: "Elektrinė", centre: [24.9, 54.75], polygon: [] },
  ],
  sensors: [{ id: "radar-east", kind: "radar-3d", latitude_deg: 55.3, longitude_deg: 25.6 }],
} as unknown as Configuration;

test("tracks are found by each of their names, zones, sensors and towns by theirs, whole names first", () => {
  const searched = { tracks: sky(), configuration: ZONES, towns: TOWNS };
  const titles = (text: string): string[] => findHits(text, searched).map((hit) => `${hit.kind} ${hit.title}`);
  for (const name of ["1001", "lot001", "503ABC", "7700"]) assert.deepEqual(titles(name), ["track LOT001"]);
  assert.deepEqual(titles("lva-12"), ["track 1002"]);
  assert.deepEqual(titles("rytu"), ["zone Rytų siena"]);
  assert.deepEqual(titles("PLANT"), ["zone Elektrinė"]);
  assert.deepEqual(titles("radar"), ["sensor radar-east"]);
  assert.deepEqual(titles("panevezys"), ["town Panevėžys"]);
  assert.deepEqual(titles("viln"), ["town Vilnius", "town Naujoji Vilnia"]);
  assert.deepEqual(titles("54"), ["track 54"]);
  assert.deepEqual(titles("54 25"), ["position 54 25"]);
  assert.deepEqual(titles(" "), []);
  const [zone] = findHits("lt-east", searched);
  assert.deepEqual([zone!.latitude, zone!.longitude], [55, 26]);
  assert.equal(findHits("1001", searched)[0]!.trackId, 1001);
  const many = { ...searched, towns: Array.from({ length: 50 }, (_, i) => ({ ...TOWNS[0]!, name: `Vil${i}` })) };
  assert.equal(findHits("vil", many).length, MOST_HITS);
});
