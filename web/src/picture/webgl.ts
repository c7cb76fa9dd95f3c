// The track layer on WebGL2: one instanced draw for all sprites, one for all lines.
import { markCell, type Atlas } from "./atlas.ts";
import { SEGMENT_FLOATS, SPRITE_FLOATS } from "./floats.ts";
import type { View } from "./projection.ts";
import type { Scene } from "./scene.ts";

const SPRITE_VERTEX = `#version 300 es
uniform vec4 u_view; uniform vec2 u_half; uniform vec2 u_grid;
in vec2 a_position; in float a_cell; in float a_size; in float a_opacity;
out vec2 v_texture; out float v_opacity;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  vec2 pixel = (a_position - u_view.xy) * u_view.z + (corner - 0.5) * a_size;
  gl_Position = vec4(pixel.x / u_half.x, -pixel.y / u_half.y, 0.0, 1.0);
  vec2 cell = vec2(mod(a_cell, u_grid.x), floor(a_cell / u_grid.x));
  v_texture = (cell + corner) / u_grid;
  v_opacity = a_opacity;
}`;
const SPRITE_FRAGMENT = `#version 300 es
precision mediump float;
uniform sampler2D u_atlas; in vec2 v_texture; in float v_opacity; out vec4 colour;
void main() { colour = texture(u_atlas, v_texture) * v_opacity; }`;
const SEGMENT_VERTEX = `#version 300 es
uniform vec4 u_view; uniform vec2 u_half;
in vec4 a_ends; in vec4 a_colour; in float a_width;
out vec4 v_colour;
void main() {
  vec2 from = (a_ends.xy - u_view.xy) * u_view.z;
  vec2 to = (a_ends.zw - u_view.xy) * u_view.z;
  vec2 along = to - from;
  vec2 across = vec2(-along.y, along.x) / max(length(along), 1e-6) * a_width;
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  vec2 pixel = mix(from, to, corner.x) + across * (corner.y - 0.5);
  gl_Position = vec4(pixel.x / u_half.x, -pixel.y / u_half.y, 0.0, 1.0);
  v_colour = vec4(a_colour.rgb * a_colour.a, a_colour.a);
}`;
const SEGMENT_FRAGMENT = `#version 300 es
precision mediump float;
in vec4 v_colour; out vec4 colour;
void main() { colour = v_colour; }`;

interface Batch {
  readonly program: WebGLProgram;
  /** Places of the uniforms: to ask for them at each drawing makes the page wait for the graphics process. */
  readonly uniforms: Readonly<Record<"u_view" | "u_half" | "u_grid", WebGLUniformLocation | null>>;
  readonly vertices: WebGLVertexArrayObject;
  readonly buffer: WebGLBuffer;
}

/** Draws scenes; the constructor throws when the display offers no WebGL2. */
export class WebGlRenderer {
  readonly kind = "webgl2";
  readonly #gl: WebGL2RenderingContext;
  readonly #atlas: Atlas;
  readonly #sprites: Batch;
  readonly #segments: Batch;
  /** Revision of the atlas that lies in the texture. */
  #loaded = 0;
  /** Nothing is on the canvas: to clear it again costs a display without graphics hardware a whole frame. */
  #isClear = false;

  constructor(canvas: HTMLCanvasElement, atlas: Atlas) {
    const gl = canvas.getContext("webgl2", { alpha: true, antialias: false, depth: false, premultipliedAlpha: true });
    if (!gl) throw new Error("WebGL2 is not there");
    this.#gl = gl;
    this.#atlas = atlas;
    this.#sprites = makeBatch(gl, SPRITE_VERTEX, SPRITE_FRAGMENT, SPRITE_FLOATS, [
      ["a_position", 2],
      ["a_cell", 1],
      ["a_size", 1],
      ["a_opacity", 1],
    ]);
    this.#segments = makeBatch(gl, SEGMENT_VERTEX, SEGMENT_FRAGMENT, SEGMENT_FLOATS, [
      ["a_ends", 4],
      ["a_colour", 4],
      ["a_width", 1],
    ]);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    this.#loadAtlas();
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  /** Draws one sprite and reads a pixel of it back: a display that says it can draw does not always. */
  selfCheck(): boolean {
    const gl = this.#gl;
    const view: View = { centreX: 0, centreY: 0, scale: 1, width: gl.drawingBufferWidth, height: gl.drawingBufferHeight };
    this.#clear();
    this.#useView(this.#sprites, view);
    this.#drawBatch(this.#sprites, new Float32Array([0, 0, markCell("check"), 16, 1]), 1);
    const pixel = new Uint8Array(4);
    gl.readPixels(view.width >> 1, view.height >> 1, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    this.#clear();
    return !gl.isContextLost() && pixel[0]! > 200 && pixel[1]! < 60 && pixel[2]! > 200;
  }

  draw(scene: Scene, view: View): void {
    const isEmpty = scene.segmentCount + scene.spriteCount === 0;
    if (isEmpty && this.#isClear) return;
    this.#isClear = isEmpty;
    if (this.#loaded !== this.#atlas.revision) this.#loadAtlas();
    this.#clear();
    this.#useView(this.#segments, view);
    this.#drawBatch(this.#segments, scene.segments.values.subarray(0, scene.segments.length), scene.segmentCount);
    this.#useView(this.#sprites, view);
    this.#drawBatch(this.#sprites, scene.sprites.values.subarray(0, scene.sprites.length), scene.spriteCount);
  }

  #clear(): void {
    const gl = this.#gl;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
  }

  #useView({ program, uniforms }: Batch, view: View): void {
    const gl = this.#gl;
    gl.useProgram(program);
    gl.uniform4f(uniforms.u_view, view.centreX, view.centreY, view.scale, 0);
    gl.uniform2f(uniforms.u_half, view.width / 2, view.height / 2);
    gl.uniform2f(uniforms.u_grid, this.#atlas.columns, this.#atlas.rows);
  }

  #drawBatch(batch: Batch, values: Float32Array, count: number): void {
    if (count === 0) return;
    const gl = this.#gl;
    gl.bindVertexArray(batch.vertices);
    gl.bindBuffer(gl.ARRAY_BUFFER, batch.buffer);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STREAM_DRAW);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
  }

  #loadAtlas(): void {
    const gl = this.#gl;
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, this.#atlas.canvas);
    gl.generateMipmap(gl.TEXTURE_2D);
    this.#loaded = this.#atlas.revision;
  }
}

function makeBatch(
  gl: WebGL2RenderingContext,
  vertexSource: string,
  fragmentSource: string,
  floats: number,
  attributes: readonly (readonly [string, number])[],
): Batch {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertexSource],
    [gl.FRAGMENT_SHADER, fragmentSource],
  ] as const) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
    throw new Error(`expected shaders to link, was ${gl.getProgramInfoLog(program)}`);
  }
  const vertices = gl.createVertexArray();
  const buffer = gl.createBuffer();
  gl.bindVertexArray(vertices);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  let offset = 0;
  for (const [name, size] of attributes) {
    const place = gl.getAttribLocation(program, name);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, gl.FLOAT, false, 4 * floats, 4 * offset);
    gl.vertexAttribDivisor(place, 1);
    offset += size;
  }
  const place = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name);
  return { program, uniforms: { u_view: place("u_view"), u_half: place("u_half"), u_grid: place("u_grid") }, vertices, buffer };
}
