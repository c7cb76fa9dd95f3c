// The track table follows frames: deltas, deletions, snapshots, names and trails.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Continuity } from "../src/stream/continuity.ts";
import type { TrackFrame } from "../src/stream/frame.ts";
import { Ledger, type Wanted } from "../src/track/ledger.ts";
import { fromPacked, toPacked, Tracks } from "../src/track/tracks.ts";
import type { NamesSection } from "../src/generated/messages.ts";

interface Row {
  readonly id: number;
  readonly lat?: number;
  readonly threat?: number;
}

function frameOf(rows: readonly Row[], options: { base?: number; deleted?: number[]; time?: number } = {}): TrackFrame {
  const n = rows.length;
  return {
    headerBytes: 48,
    rows: n,
    sequence: 1,
    validTimeMs: options.time ?? 0,
    sendTimeMs: 0,
    baseSequence: options.base ?? 0,
    flags: 0,
    optional: 0,
    deletedRows: options.deleted?.length ?? 0,
    id: Uint32Array.from(rows, (row) => row.id),
    longitudeDeg: new Float32Array(n).fill(25),
    latitudeDeg: Float32Array.from(rows, (row) => row.lat ?? 55),
    altitudeM: new Float32Array(n),
    courseDeg: new Float32Array(n),
    speedMps: new Float32Array(n),
    deleted: Uint32Array.from(options.deleted ?? []),
    affiliation: new Uint8Array(n),
    type: new Uint8Array(n),
    threat: Uint8Array.from(rows, (row) => row.threat ?? 0),
    status: new Uint8Array(n).fill(1),
    verticalRate: null,
    sigmaMajorM: null,
    sigmaMinorM: null,
    sigmaBearing: null,
    age: null,
    sources: null,
  };
}

/** The worker's end and the page's, without the messages between them. */
class BothEnds extends Tracks {
  readonly ledger = new Ledger();
  #spare: ArrayBuffer | null = null;
  list: number[] = [];

  apply(frame: TrackFrame): void {
    this.ledger.apply(frame);
    this.hand();
  }

  want(wanted: Partial<Wanted>): void {
    this.ledger.want({ filter: "", classes: [], sort: null, ...wanted });
    this.hand();
  }

  hand(): void {
    const now = this.ledger.pack(this.#spare);
    this.list = [...(this.ledger.list() ?? [])];
    this.#spare = this.take(now);
  }

  override applyNames(section: NamesSection): void {
    this.ledger.applyNames(section);
    super.applyNames(section);
  }
}

function idsOf(tracks: Tracks): number[] {
  return [...tracks.id.subarray(0, tracks.count)].sort((a, b) => a - b);
}

test("a delta changes rows, adds new ones and deletes", () => {
  const tracks = new BothEnds();
  tracks.apply(frameOf([{ id: 1 }, { id: 2 }, { id: 3 }]));
  tracks.apply(frameOf([{ id: 2, lat: 56 }, { id: 9 }], { base: 1, deleted: [1, 77] }));
  assert.deepEqual(idsOf(tracks), [2, 3, 9]);
  assert.equal(tracks.latitudeDeg[tracks.row(2)!], 56);
  assert.equal(tracks.row(1), undefined);
});

test("a snapshot leaves nothing of before and keeps the trails of what stays", () => {
  const tracks = new BothEnds();
  tracks.apply(frameOf([{ id: 1 }, { id: 2 }]));
  tracks.apply(frameOf([{ id: 2, lat: 56 }], { time: 60_000 }));
  assert.deepEqual(idsOf(tracks), [2]);
  let points = 0;
  tracks.trails.each(2, () => points++);
  assert.equal(points, 2);
});

test("rows stay right through many deletions and growth", () => {
  const tracks = new BothEnds();
  const all = Array.from({ length: 1000 }, (_, i) => ({ id: i + 1, lat: (i + 1) / 20 }));
  tracks.apply(frameOf(all));
  tracks.apply(frameOf([], { base: 1, deleted: all.filter((row) => row.id % 3 === 0).map((row) => row.id) }));
  assert.equal(tracks.count, 1000 - 333);
  for (const { id, lat } of all) {
    const row = tracks.row(id);
    if (id % 3 === 0) assert.equal(row, undefined);
    else {
      assert.equal(tracks.id[row!], id);
      assert.equal(tracks.latitudeDeg[row!], Math.fround(lat));
    }
  }
});

test("a track is called by its call sign, else by its number", () => {
  const tracks = new BothEnds();
  tracks.apply(frameOf([{ id: 1 }, { id: 2 }]));
  const names = {
    callsign: ["LOT7", ""], icao_address: ["503001", ""], mode_3a: ["7700", ""], sensors: [[1], [0, 1]],
    network_id: ["", "LVA-7"],
  };
  tracks.applyNames({ type: "names", snapshot: true, sensor_ids: ["east", "west"], track_id: [1, 2], ...names });
  assert.equal(tracks.title(1), "LOT7");
  assert.equal(tracks.title(2), "2");
  assert.deepEqual(tracks.names(2).sensors, ["east", "west"]);
  assert.deepEqual([tracks.names(1).networkId, tracks.names(2).networkId], ["", "LVA-7"]);
  tracks.apply(frameOf([], { base: 1, deleted: [1] }));
  assert.equal(tracks.names(1).callsign, "");
});

test("trails keep a point every few seconds and no more than a ring holds", () => {
  const tracks = new BothEnds();
  for (let second = 0; second < 300; second++) {
    tracks.apply(frameOf([{ id: 1, lat: 50 + second / 100 }], { base: 1, time: 1000 * second }));
  }
  const ages: number[] = [];
  tracks.trails.each(1, (_x, _y, age) => ages.push(age));
  assert.deepEqual(ages, Array.from({ length: 16 }, (_, i) => i));
});

test("deltas apply only on the frame they are based on; a gap asks once and waits for a snapshot", () => {
  const continuity = new Continuity();
  const judge = (sequence: number, baseSequence: number): string => continuity.judge({ sequence, baseSequence });
  assert.equal(judge(5, 4), "ask", "a delta before any snapshot");
  assert.equal(judge(6, 5), "drop");
  assert.equal(judge(7, 0), "apply");
  assert.equal(judge(8, 7), "apply");
  assert.equal(judge(10, 9), "ask", "frame 9 is missing");
  assert.equal(judge(11, 10), "drop");
  assert.equal(judge(11, 8), "drop", "no delta is believed before the snapshot");
  assert.equal(judge(11, 0), "apply");
  assert.equal(judge(12, 11), "apply");
});

test("tracks that were handed over as one buffer are the same tracks", () => {
  const ledger = new Ledger();
  ledger.apply(frameOf([{ id: 7 }, { id: 3 }]));
  const now = ledger.pack();
  const there = fromPacked(structuredClone(toPacked(now)));
  assert.deepEqual(there, now);
});

test("all columns of a frame lie in one buffer, so that nothing is copied between the threads", () => {
  const ledger = new Ledger();
  ledger.apply(frameOf([{ id: 7 }, { id: 3 }]));
  const { columns } = ledger.pack();
  assert.deepEqual([...columns.id], [3, 7], "rows by rising number");
  const buffers = new Set(Object.values(columns).map((column) => column.buffer));
  assert.equal(buffers.size, 1);
  const [buffer] = buffers;
  const used = Object.values(columns).reduce((sum, column) => sum + column.byteLength, 0);
  assert.equal(buffer!.byteLength, used);
});

test("memory that is given back is used again, unless it is too small or a waste", () => {
  const tracks = new Tracks();
  const ledger = new Ledger();
  const fly = (ids: number[]): ArrayBuffer => {
    ledger.apply(frameOf(ids.map((id) => ({ id }))));
    return tracks.take(ledger.pack(spare));
  };
  let spare: ArrayBuffer | null = null;
  spare = fly([1, 2, 3, 4]);
  assert.equal(spare.byteLength, 0, "there was nothing before");
  spare = fly([1, 2, 3]);
  const memory = spare;
  spare = fly([1, 2, 3]);
  assert.deepEqual([...tracks.id], [1, 2, 3]);
  assert.equal(tracks.id.buffer, memory);
  spare = fly([1, 2, 3, 4, 5]);
  assert.notEqual(tracks.id.buffer, memory);
  spare = tracks.id.buffer as ArrayBuffer;
  ledger.apply(frameOf([{ id: 1 }]));
  assert.ok(ledger.pack(spare).columns.id.buffer.byteLength < spare.byteLength);
});

test("what is handed over does not change with the next frame", () => {
  const ledger = new Ledger();
  ledger.apply(frameOf([{ id: 1, lat: 50 }]));
  const before = ledger.pack().columns;
  ledger.apply(frameOf([{ id: 1, lat: 51 }], { base: 1 }));
  assert.equal(before.latitudeDeg[0], 50);
  assert.equal(ledger.pack().columns.latitudeDeg[0], 51);
});

test("the worker filters and sorts as the page wants, also when no frame comes", () => {
  const tracks = new BothEnds();
  tracks.apply(frameOf([{ id: 5, threat: 1 }, { id: 2 }, { id: 8, threat: 2 }]));
  assert.deepEqual(tracks.list, [], "nobody asked for a list");
  tracks.want({ sort: { by: "threat", descending: true } });
  assert.deepEqual(tracks.list, [8, 5, 2]);
  tracks.want({ filter: "alert", sort: { by: "name", descending: false } });
  assert.deepEqual(tracks.list, [5, 8]);
  assert.deepEqual([...tracks.fits], [0, 1, 1]);
  tracks.apply(frameOf([{ id: 2, threat: 2 }], { base: 1, deleted: [5] }));
  assert.deepEqual(tracks.list, [2, 8]);
  tracks.want({ filter: "balloon", classes: ["balloon"], sort: { by: "name", descending: true } });
  assert.deepEqual(tracks.list, [8, 2], "classes have the names of the page's language");
});

test("a track that went and came back between two handings is not gone", () => {
  const ledger = new Ledger();
  ledger.apply(frameOf([{ id: 1 }, { id: 2 }]));
  ledger.pack();
  ledger.apply(frameOf([], { base: 1, deleted: [1, 2] }));
  ledger.apply(frameOf([{ id: 1 }], { base: 1 }));
  const { columns, gone } = ledger.pack();
  assert.deepEqual([[...columns.id], [...gone]], [[1], [2]]);
});

test("whatever comes and goes, in any order, the rows stay right and by rising number", () => {
  const ledger = new Ledger();
  const expected = new Map<number, number>();
  let state = 7;
  const random = (below: number): number => (state = (state * 48271) % 2147483647) % below;
  for (let step = 1; step < 400; step++) {
    const ids = [...new Set(Array.from({ length: random(12) }, () => 1 + random(90)))].sort((a, b) => (step % 3 ? a - b : b - a));
    const deleted = Array.from({ length: random(5) }, () => 1 + random(90)).filter((id) => !ids.includes(id));
    ledger.apply(frameOf(ids.map((id) => ({ id, lat: step / 10 })), { base: step === 200 ? 0 : 1, deleted }));
    if (step === 200) expected.clear();
    deleted.forEach((id) => expected.delete(id));
    ids.forEach((id) => expected.set(id, Math.fround(step / 10)));
    if (random(2)) continue;
    const { columns } = ledger.pack();
    assert.deepEqual([...columns.id], [...expected.keys()].sort((a, b) => a - b));
    columns.id.forEach((id, row) => assert.equal(columns.latitudeDeg[row], expected.get(id)));
  }
});
