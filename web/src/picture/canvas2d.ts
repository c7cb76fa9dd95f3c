// The track layer without WebGL: good to about 2,000 tracks in view.
import type { Atlas } from "./atlas.ts";
import { SEGMENT_FLOATS, SPRITE_FLOATS } from "./floats.ts";
import { screenX, screenY, type View } from "./projection.ts";
import type { Scene } from "./scene.ts";
import { wipe } from "./wipe.ts";

export class CanvasRenderer {
  readonly kind = "canvas";
  readonly #context: CanvasRenderingContext2D;
  readonly #canvas: HTMLCanvasElement;
  readonly #atlas: Atlas;

  constructor(canvas: HTMLCanvasElement, atlas: Atlas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d")!;
    this.#atlas = atlas;
  }

  draw(scene: Scene, view: View): void {
    const ratio = this.#canvas.width / view.width;
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    wipe(this.#context, view.width, view.height);
    this.#drawSegments(scene, view);
    this.#drawSprites(scene, view);
    this.#context.globalAlpha = 1;
  }

  #drawSegments(scene: Scene, view: View): void {
    const { values, length } = scene.segments;
    const context = this.#context;
    for (let at = 0; at < length; at += SEGMENT_FLOATS) {
      const [red, green, blue] = [values[at + 4]!, values[at + 5]!, values[at + 6]!].map((v) => Math.round(255 * v));
      context.globalAlpha = values[at + 7]!;
      context.strokeStyle = `rgb(${red} ${green} ${blue})`;
      context.lineWidth = values[at + 8]!;
      context.beginPath();
      context.moveTo(screenX(view, values[at]!), screenY(view, values[at + 1]!));
      context.lineTo(screenX(view, values[at + 2]!), screenY(view, values[at + 3]!));
      context.stroke();
    }
  }

  #drawSprites(scene: Scene, view: View): void {
    const { values, length } = scene.sprites;
    const { canvas, cellPixels, columns } = this.#atlas;
    for (let at = 0; at < length; at += SPRITE_FLOATS) {
      const cell = values[at + 2]!;
      const size = values[at + 3]!;
      this.#context.globalAlpha = values[at + 4]!;
      this.#context.drawImage(
        canvas,
        (cell % columns) * cellPixels,
        Math.floor(cell / columns) * cellPixels,
        cellPixels,
        cellPixels,
        screenX(view, values[at]!) - size / 2,
        screenY(view, values[at + 1]!) - size / 2,
        size,
        size,
      );
    }
  }
}
