// Takes everything off a canvas.

/**
 * In two halves: of a frame in which a canvas is only cleared as a whole, Chromium 150 drops the clearing with the rest
 * of it, and what was drawn before stays on the screen: labels of tracks that are gone, a zone that is drawn no more.
 */
export function wipe(context: CanvasRenderingContext2D, width: number, height: number): void {
  const half = Math.floor(width / 2);
  context.clearRect(0, 0, half, height);
  context.clearRect(half, 0, width - half, height);
}
