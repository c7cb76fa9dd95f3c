// Names beside tracks: which are written, and on which side, so that no two are read as one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { placeLabels, type Label } from "../src/picture/labels.ts";
import { makeView, screenX, screenY, worldX, worldY } from "../src/picture/projection.ts";
import { makeColumns, Threat, Tracks } from "../src/track/tracks.ts";

const VIEW = makeView({ lng: 25, lat: 55 }, 7, 800, 600);

/** Tracks so many pixels right of the middle of the view and below it. */
function tracksAt(...places: readonly (readonly [number, number, number])[]): Tracks {
  const columns = makeColumns(places.length);
  places.forEach(([right, below, threat], row) => {
    columns.id[row] = row + 1;
    columns.x[row] = worldX(25) + right / VIEW.scale;
    columns.y[row] = worldY(55) + below / VIEW.scale;
    columns.threat[row] = threat;
  });
  const tracks = new Tracks();
  tracks.take({ columns, gone: new Uint32Array(0), validTimeMs: 0 });
  return tracks;
}

function labelsOf(tracks: Tracks): Label[] {
  return placeLabels(VIEW, tracks, Array.from({ length: tracks.count }, (_, row) => row));
}

const covers = (a: Label, b: Label): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

test("a name stands right of its track, and one that would cover another is left out", () => {
  const placed = labelsOf(tracksAt([0, 0, Threat.none], [60, 4, Threat.none], [300, 0, Threat.none]));
  assert.deepEqual(placed.map(({ row, align }) => [row, align]), [[0, "left"], [2, "left"]]);
});

test("the name of an alerted track goes to another side rather than over another, and is never left out", () => {
  const tracks = tracksAt([0, 0, Threat.critical], [-55, 4, Threat.critical], [-55, -60, Threat.advisory]);
  const placed = labelsOf(tracks);
  assert.equal(placed.length, 3);
  for (const a of placed) for (const b of placed) assert.ok(a === b || !covers(a, b), `${a.row} ${b.row}`);
  assert.equal(placed[1]!.align, "right", "its right side lies under the ring of the first");
});

test("no name is written over the ring of an alerted track that is not its own", () => {
  const tracks = tracksAt([0, 0, Threat.critical], [-70, 0, Threat.none]);
  assert.deepEqual(labelsOf(tracks).map(({ row }) => row), [0]);
});

test("of a swarm that no side has room for every alerted name is written all the same", () => {
  const many = Array.from({ length: 100 }, (_, n) => [n % 10, Math.floor(n / 10), Threat.critical] as const);
  assert.equal(labelsOf(tracksAt(...many)).length, 100);
  assert.equal(labelsOf(tracksAt(...many.slice(0, 50))).length, 50);
  const [first] = labelsOf(tracksAt([0, 0, Threat.critical]));
  assert.ok(Math.abs(first!.x - screenX(VIEW, worldX(25)) - 24) < 0.1);
  assert.ok(Math.abs(first!.y - screenY(VIEW, worldY(55))) < 0.1);
});
