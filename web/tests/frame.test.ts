// Frames are read as the conformance vectors say, and refused when they do not fit.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { MalformedFrame, readFrame, readHeader, type TrackFrame } from "../src/stream/frame.ts";

interface Vector {
  readonly name: string;
  readonly bytes: string;
  readonly error?: string;
  readonly frame?: {
    readonly sequence: number;
    readonly base_sequence: number;
    readonly valid_time_ms: number;
    readonly send_time_ms: number;
    readonly flags: number;
    readonly columns: Record<string, (number | null)[]>;
    readonly deleted: number[];
  };
}

const COLUMNS: Record<string, keyof TrackFrame> = {
  track_id: "id",
  longitude_deg: "longitudeDeg",
  latitude_deg: "latitudeDeg",
  altitude_code: "altitudeM",
  course_code: "courseDeg",
  speed_dmps: "speedMps",
  affiliation: "affiliation",
  type: "type",
  threat: "threat",
  status: "status",
  vertical_rate_dmps: "verticalRate",
  sigma_major_code: "sigmaMajorM",
  sigma_minor_code: "sigmaMinorM",
  sigma_bearing: "sigmaBearing",
  age_half_s: "age",
  sources: "sources",
};

const sigma = (code: number | null) => Math.min(65535, Math.round(2 ** (code! / 12) - 1));
const MEANING: Record<string, (code: number | null) => number> = {
  altitude_code: (code) => (code === 65535 ? NaN : code! - 1000),
  course_code: (code) => Math.fround((code! * 360) / 65536),
  speed_dmps: (code) => Math.fround(code! / 10),
  sigma_major_code: sigma,
  sigma_minor_code: sigma,
};

const path = new URL("../../spec/vectors/track-feed.json", import.meta.url);
const vectors = JSON.parse(readFileSync(path, "utf8")) as Vector[];

function bytesOf(vector: Vector): ArrayBuffer {
  return Uint8Array.from(Buffer.from(vector.bytes, "hex")).buffer;
}

for (const vector of vectors) {
  const { frame } = vector;
  if (!frame) {
    test(`refuses: ${vector.name}`, () => {
      assert.throws(() => readFrame(bytesOf(vector)), MalformedFrame);
    });
    continue;
  }
  test(`reads: ${vector.name}`, () => {
    const read = readFrame(bytesOf(vector));
    assert.equal(read.sequence, frame.sequence);
    assert.equal(read.baseSequence, frame.base_sequence);
    assert.equal(read.validTimeMs, frame.valid_time_ms);
    assert.equal(read.sendTimeMs, frame.send_time_ms);
    assert.equal(read.flags, frame.flags);
    assert.deepEqual([...read.deleted], frame.deleted);
    for (const [name, property] of Object.entries(COLUMNS)) {
      const column = read[property] as ArrayLike<number> | null;
      const expected: number[] | null = frame.columns[name]?.map(MEANING[name] ?? ((code) => code!)) ?? null;
      assert.deepEqual(column && Array.from(column), expected, name);
    }
  });
}

test("both kinds of vectors are there", () => {
  assert.ok(vectors.some((vector) => vector.frame) && vectors.some((vector) => vector.error));
});

test("the header alone can be read without the rows", () => {
  const vector = vectors.find((each) => each.name === "delta of one track")!;
  assert.equal(readHeader(bytesOf(vector).slice(0, 48)).rows, 1);
});
