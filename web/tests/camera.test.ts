import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptSize } from "../src/picture/camera.ts";

test("the map is drawn anew when its size changes, not when the browser tells of the size it had", () => {
  let tell = () => {};
  class Observer {
    constructor(told: () => void) {
      tell = told;
    }
    observe(): void {}
    disconnect(): void {}
  }
  Object.assign(globalThis, { ResizeObserver: Observer });
  const element = { clientWidth: 800, clientHeight: 600 };
  let changes = 0;
  const size = new KeptSize(element as HTMLElement, () => changes++);
  tell();
  assert.equal(changes, 0);
  element.clientHeight = 500;
  tell();
  assert.deepEqual([changes, size.width, size.height], [1, 800, 500]);
});
