// In a theme of one colour no other hue may be left in a symbol.
import { ink } from "./inks.ts";

type Pen = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Multiplies all that is drawn with the theme's one colour, if it has one; what is empty stays empty. */
export function tint(pen: Pen): void {
  if (!ink.tint) return;
  const { width, height } = pen.canvas;
  const shape = new OffscreenCanvas(width, height);
  shape.getContext("2d")!.drawImage(pen.canvas, 0, 0);
  pen.save();
  pen.resetTransform();
  pen.globalCompositeOperation = "multiply";
  pen.fillStyle = ink.tint;
  pen.fillRect(0, 0, width, height);
  pen.globalCompositeOperation = "destination-in";
  pen.drawImage(shape, 0, 0);
  pen.restore();
}
