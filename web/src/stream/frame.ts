// Track frames, version 2 of spec/track-feed.md: typed views into the received bytes; codes are read into numbers.

export const MAGIC = 0x52544753;
export const VERSION = 2;
/** An altitude that is not known. */
const ALTITUDE_UNKNOWN = 65535;
export const HEADER_BYTES = 48;

export const FrameFlag = { snapshot: 1, replay: 2, exercise: 4, truncated: 8, degraded: 16 } as const;
export const OptionalColumn = {
  verticalRate: 1,
  sigmaMajor: 2,
  sigmaMinor: 4,
  sigmaBearing: 8,
  age: 16,
  sources: 32,
} as const;

export interface FrameHeader {
  readonly headerBytes: number;
  readonly rows: number;
  readonly sequence: number;
  /** Epoch ms the picture holds at. */
  readonly validTimeMs: number;
  /** Epoch ms of sending. */
  readonly sendTimeMs: number;
  /** The frame this one changes; 0: it stands alone. */
  readonly baseSequence: number;
  readonly flags: number;
  readonly optional: number;
  readonly deletedRows: number;
}

export interface TrackFrame extends FrameHeader {
  readonly id: Uint32Array;
  readonly longitudeDeg: Float32Array;
  readonly latitudeDeg: Float32Array;
  readonly altitudeM: Float32Array;
  readonly courseDeg: Float32Array;
  readonly speedMps: Float32Array;
  readonly deleted: Uint32Array;
  readonly affiliation: Uint8Array;
  readonly type: Uint8Array;
  readonly threat: Uint8Array;
  readonly status: Uint8Array;
  /** 0.1 m/s, positive up. */
  readonly verticalRate: Int16Array | null;
  readonly sigmaMajorM: Uint16Array | null;
  readonly sigmaMinorM: Uint16Array | null;
  /** 360/256 degrees. */
  readonly sigmaBearing: Uint8Array | null;
  /** Half seconds since the last plot. */
  readonly age: Uint8Array | null;
  readonly sources: Uint16Array | null;
}

export class MalformedFrame extends Error {}

/** Reads the header alone. Throws MalformedFrame. */
export function readHeader(buffer: ArrayBuffer): FrameHeader {
  if (buffer.byteLength < HEADER_BYTES) {
    throw new MalformedFrame(`expected at least ${HEADER_BYTES} bytes, was ${buffer.byteLength}`);
  }
  const view = new DataView(buffer);
  const magic = view.getUint32(0, true);
  const version = view.getUint16(4, true);
  if (magic !== MAGIC || version !== VERSION) {
    throw new MalformedFrame(`expected magic ${MAGIC.toString(16)} version ${VERSION}, was ${magic.toString(16)} ${version}`);
  }
  return {
    headerBytes: view.getUint16(6, true),
    rows: view.getUint32(8, true),
    sequence: view.getUint32(12, true),
    validTimeMs: view.getFloat64(16, true),
    sendTimeMs: view.getFloat64(24, true),
    baseSequence: view.getUint32(32, true),
    flags: view.getUint32(36, true),
    optional: view.getUint32(40, true),
    deletedRows: view.getUint32(44, true),
  };
}

/** Reads a whole frame. Throws MalformedFrame when its length does not fit its header. */
export function readFrame(buffer: ArrayBuffer): TrackFrame {
  const header = readHeader(buffer);
  if (header.headerBytes < HEADER_BYTES || header.headerBytes % 4 !== 0) {
    throw new MalformedFrame(`expected a header of ${HEADER_BYTES} bytes or more in fours, was ${header.headerBytes}`);
  }
  if (header.optional & ~63) throw new MalformedFrame(`expected optional columns out of 63, was ${header.optional}`);
  const { rows, deletedRows } = header;
  let offset = header.headerBytes;
  const take = (bytes: number): number => {
    const start = offset;
    offset += 4 * Math.ceil(bytes / 4); // not with & ~3: that is 32-bit arithmetic, and a header may say anything
    if (offset > buffer.byteLength) {
      throw new MalformedFrame(`expected at least ${offset} bytes for ${rows} rows, was ${buffer.byteLength}`);
    }
    return start;
  };
  const real = (): Float32Array => new Float32Array(buffer, take(4 * rows), rows);
  const bytes = (): Uint8Array => new Uint8Array(buffer, take(rows), rows);
  const words = (): Uint16Array => new Uint16Array(buffer, take(2 * rows), rows);
  const has = (bit: number): boolean => (header.optional & bit) !== 0;
  const frame: TrackFrame = {
    ...header,
    id: new Uint32Array(buffer, take(4 * rows), rows),
    longitudeDeg: real(),
    latitudeDeg: real(),
    altitudeM: Float32Array.from(words(), (code) => (code === ALTITUDE_UNKNOWN ? NaN : code - 1000)),
    courseDeg: Float32Array.from(words(), (code) => (code * 360) / 65536),
    speedMps: Float32Array.from(words(), (code) => code / 10),
    deleted: new Uint32Array(buffer, take(4 * deletedRows), deletedRows),
    affiliation: bytes(),
    type: bytes(),
    threat: bytes(),
    status: bytes(),
    verticalRate: has(OptionalColumn.verticalRate) ? new Int16Array(buffer, take(2 * rows), rows) : null,
    sigmaMajorM: has(OptionalColumn.sigmaMajor) ? sigmas(bytes()) : null,
    sigmaMinorM: has(OptionalColumn.sigmaMinor) ? sigmas(bytes()) : null,
    sigmaBearing: has(OptionalColumn.sigmaBearing) ? bytes() : null,
    age: has(OptionalColumn.age) ? bytes() : null,
    sources: has(OptionalColumn.sources) ? words() : null,
  };
  if (offset !== buffer.byteLength) {
    throw new MalformedFrame(`expected ${offset} bytes for ${rows} rows, was ${buffer.byteLength}`);
  }
  return frame;
}

/** Half axes in metres: twelve steps double one metre plus the axis; beyond 65 km it does not matter. */
function sigmas(codes: Uint8Array): Uint16Array {
  return Uint16Array.from(codes, (code) => Math.min(65535, Math.round(2 ** (code / 12) - 1)));
}
