// The three canvases above the map (ground, tracks, labels): chooses the renderer, draws at most once a frame.
import { noteLatency, measures } from "../measure.ts";
import { drawDoubts } from "../navigation/field.ts";
import type { Tracks } from "../track/tracks.ts";
import { Atlas } from "./atlas.ts";
import type { Camera } from "./camera.ts";
import { CanvasRenderer } from "./canvas2d.ts";
import { drawGround, type GroundOptions } from "./ground.ts";
import { drawLabels } from "./labels.ts";
import { magnified, screenX, screenY, type View } from "./projection.ts";
import { Scene, type SceneOptions } from "./scene.ts";
import { WebGlRenderer } from "./webgl.ts";

const PICK_PIXELS = 18;

export interface LayerSources {
  readonly tracks: Tracks;
  camera(): Camera | null;
  scene(): SceneOptions;
  ground(): GroundOptions;
  /** Tracks whose own word about their place is in doubt. */
  doubted(): ReadonlySet<number>;
  /** Draws what a person laid over the map: measures. */
  drawTools(context: CanvasRenderingContext2D, view: View): void;
  /** Called when drawing falls back to canvas 2D, or comes back from it. */
  onRenderer(kind: "webgl2" | "canvas"): void;
}

export class Layers {
  readonly #sources: LayerSources;
  readonly #host: HTMLElement;
  /** How much larger than at a desk all of it is drawn. */
  readonly #magnification: number;
  readonly #ground: HTMLCanvasElement;
  readonly #labels: HTMLCanvasElement;
  #atlas: Atlas;
  readonly #scene = new Scene();
  #tracks!: HTMLCanvasElement;
  #renderer!: WebGlRenderer | CanvasRenderer;
  #requested = 0;
  #groundChanged = true;
  #sendTimeMs = 0;

  constructor(host: HTMLElement, sources: LayerSources, allowWebGl: boolean, magnification: number) {
    this.#host = host;
    this.#sources = sources;
    this.#magnification = magnification;
    this.#atlas = new Atlas(this.#ratio);
    this.#ground = addCanvas(host, "ground");
    this.#labels = addCanvas(host, "labels");
    this.#chooseRenderer(allowWebGl);
  }

  /** Draws with the next frame; `sendTimeMs` is the server's time of the data behind it. */
  redraw(what: "view" | "tracks" | "ground", sendTimeMs = 0): void {
    if (what !== "tracks") this.#groundChanged = true;
    if (sendTimeMs) this.#sendTimeMs = sendTimeMs;
    this.#requested ||= requestAnimationFrame(() => this.#draw());
  }

  /** The track drawn nearest to a point of the screen, if one is near enough. */
  pick(x: number, y: number): number | null {
    const view = this.#sources.camera()?.view();
    if (!view) return null;
    const { tracks } = this.#sources;
    let best: number | null = null;
    let least = PICK_PIXELS ** 2;
    for (const rows of [this.#scene.plain, this.#scene.important]) {
      for (const row of rows) {
        const distance = (screenX(view, tracks.x[row]!) - x) ** 2 + (screenY(view, tracks.y[row]!) - y) ** 2;
        if (distance < least) [best, least] = [tracks.id[row]!, distance];
      }
    }
    return best;
  }

  /** Has all symbols drawn anew in the colours of now. */
  recolour(): void {
    this.#atlas = new Atlas(this.#ratio);
    this.#chooseRenderer(this.#renderer.kind === "webgl2");
    this.redraw("view");
  }

  remove(): void {
    cancelAnimationFrame(this.#requested);
    for (const canvas of [this.#ground, this.#tracks, this.#labels]) canvas.remove();
  }

  #draw(): void {
    this.#requested = 0;
    const seen = this.#sources.camera()?.view();
    if (!seen || seen.width === 0) return;
    const view = magnified(seen, this.#magnification);
    this.#fit(view);
    if (this.#groundChanged) {
      drawGround(this.#pen(this.#ground), view, this.#sources.ground());
      this.#groundChanged = false;
    }
    this.#scene.build(this.#sources.tracks, view, this.#sources.scene());
    this.#atlas.complete(this.#scene.sprites);
    this.#renderer.draw(this.#scene, view);
    drawLabels(this.#pen(this.#labels), view, this.#sources.tracks, this.#scene.labelled);
    drawDoubts(this.#pen(this.#labels), view, this.#sources.tracks, this.#sources.doubted());
    this.#sources.drawTools(this.#pen(this.#labels), view);
    measures.drawn = this.#scene.count;
    if (this.#sendTimeMs) noteLatency(Date.now() - this.#sendTimeMs);
    this.#sendTimeMs = 0;
  }

  /** Pixels of the display for each that is drawn. */
  get #ratio(): number {
    return devicePixelRatio * this.#magnification;
  }

  #pen(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
    const pen = canvas.getContext("2d")!;
    pen.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    return pen;
  }

  #fit(view: View): void {
    const width = Math.round(view.width * this.#ratio);
    const height = Math.round(view.height * this.#ratio);
    for (const canvas of [this.#ground, this.#tracks, this.#labels]) {
      if (canvas.width === width && canvas.height === height) continue;
      canvas.width = width;
      canvas.height = height;
      this.#groundChanged = true;
    }
  }

  /** Takes WebGL2 only when a drawn pixel came back right; a canvas keeps its first context, so each try has its own. */
  #chooseRenderer(allowWebGl: boolean): void {
    this.#tracks?.remove();
    this.#tracks = addCanvas(this.#host, "tracks", this.#labels);
    try {
      if (!allowWebGl) throw new Error("WebGL2 is switched off");
      const renderer = new WebGlRenderer(this.#tracks, this.#atlas);
      if (!renderer.selfCheck()) throw new Error("WebGL2 does not draw");
      this.#renderer = renderer;
      this.#tracks.addEventListener("webglcontextlost", () => this.#recover(false), { once: true });
    } catch {
      // The reason does not matter to the operator: that drawing is reduced does, and the page says so.
      this.#tracks.remove();
      this.#tracks = addCanvas(this.#host, "tracks", this.#labels);
      this.#renderer = new CanvasRenderer(this.#tracks, this.#atlas);
    }
    measures.renderer = this.#renderer.kind;
    this.#sources.onRenderer(this.#renderer.kind);
  }

  #recover(allowWebGl: boolean): void {
    this.#chooseRenderer(allowWebGl);
    this.redraw("view");
  }
}

function addCanvas(host: HTMLElement, name: string, before: Node | null = null): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.className = `layer layer-${name}`;
  canvas.setAttribute("aria-hidden", "true");
  host.insertBefore(canvas, before);
  return canvas;
}
