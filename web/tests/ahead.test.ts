// Cones hang together, and a followed track stays in the middle without moving the map for nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stripBetween } from "../src/ahead/cone.ts";
import { followTrack, OFF_CENTRE_PIXELS } from "../src/ahead/follow.ts";
import type { Camera } from "../src/picture/camera.ts";
import { makeView, worldX, worldY } from "../src/picture/projection.ts";
import type { Tracks } from "../src/track/tracks.ts";

function area(ring: readonly (readonly [number, number])[]): number {
  return ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length]!;
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);
}

test("the strip between two circles touches both along its tangents", () => {
  const from = { x: 0, y: 0, radius: 10 };
  const to = { x: 100, y: 40, radius: 30 };
  const strip = stripBetween(from, to)!;
  for (const [a, b] of [[0, 1], [2, 3]] as const) {
    const [p, q] = [strip[a]!, strip[b]!];
    const length = Math.hypot(q[0] - p[0], q[1] - p[1]);
    for (const circle of [from, to]) {
      const off = Math.abs((q[0] - p[0]) * (circle.y - p[1]) - (q[1] - p[1]) * (circle.x - p[0])) / length;
      assert.ok(Math.abs(off - circle.radius) < 1e-9, `a tangent is ${off} from a centre of radius ${circle.radius}`);
    }
  }
});

test("strips turn one way whatever their course, so that a cone that turns back fills once", () => {
  for (let bearing = 0; bearing < 360; bearing += 15) {
    const turned = (bearing * Math.PI) / 180;
    const to = { x: 80 * Math.cos(turned), y: 80 * Math.sin(turned), radius: 25 };
    assert.ok(area(stripBetween({ x: 0, y: 0, radius: 5 }, to)!) > 0);
    assert.ok(area(stripBetween({ x: 0, y: 0, radius: 25 }, { ...to, radius: 5 })!) > 0);
  }
  assert.equal(stripBetween({ x: 0, y: 0, radius: 5 }, { x: 3, y: 0, radius: 20 }), null);
});

test("a followed track moves the map once it is off the middle, not before", () => {
  const view = makeView({ lng: 25, lat: 55 }, 8, 800, 600);
  const centred: number[][] = [];
  const camera = { view: () => view, centre: (...place: number[]) => centred.push(place) } as unknown as Camera;
  const at = (pixels: number): Tracks => {
    const longitude = 25 + (pixels / view.scale) * 360;
    return { row: (id: number) => (id === 7 ? 0 : undefined), x: [worldX(longitude)], y: [worldY(55)], latitudeDeg: [55], longitudeDeg: [longitude] } as unknown as Tracks;
  };
  followTrack(camera, at(OFF_CENTRE_PIXELS - 1), 7);
  followTrack(camera, at(100), 8);
  assert.equal(centred.length, 0);
  followTrack(camera, at(OFF_CENTRE_PIXELS + 1), 7);
  assert.equal(centred.length, 1);
});
