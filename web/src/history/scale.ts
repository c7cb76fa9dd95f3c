// Scales and ticks of plots, and lines that break where nothing is known. Pure.

export interface Scale {
  readonly from: number;
  readonly until: number;
  readonly size: number;
}

export function at(scale: Scale, value: number): number {
  const length = scale.until - scale.from || 1;
  return ((value - scale.from) / length) * scale.size;
}

export function valueAt(scale: Scale, place: number): number {
  return scale.from + (Math.min(Math.max(place, 0), scale.size) / scale.size) * (scale.until - scale.from);
}

/** Round values between two ends, about as many as asked for: 1, 2 or 5 times a power of ten apart. */
export function ticks(from: number, until: number, count: number): number[] {
  const rough = (until - from) / Math.max(count, 1);
  if (!(rough > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough)!;
  const found: number[] = [];
  for (let n = Math.ceil(from / step - 1e-9); n * step <= until + 1e-9 * step; n++) found.push(Number((n * step).toPrecision(12)));
  return found;
}

const STEPS_MS = [60e3, 300e3, 600e3, 1800e3, 3600e3, 7200e3, 10_800e3, 21_600e3, 43_200e3, 86_400e3, 172_800e3, 604_800e3];

/** Full minutes, hours or days between two instants, epoch ms. */
export function timeTicks(fromMs: number, untilMs: number, count: number): number[] {
  const step = STEPS_MS.find((one) => (untilMs - fromMs) / one <= count) ?? STEPS_MS.at(-1)!;
  const found: number[] = [];
  for (let ms = Math.ceil(fromMs / step) * step; ms <= untilMs; ms += step) found.push(ms);
  return found;
}

/** 14:00, or 21.09. where a step is a day or more. */
export function sayTick(ms: number, spanMs: number): string {
  const text = new Date(ms).toISOString();
  return spanMs > 4 * 86_400e3 ? `${text.slice(8, 10)}.${text.slice(5, 7)}.` : text.slice(11, 16);
}

/** 14:00:07Z, with its day where the plot is longer than one. */
export function sayMoment(ms: number, spanMs: number): string {
  const text = new Date(ms).toISOString();
  return `${spanMs > 86_400e3 ? `${text.slice(0, 10)} ` : ""}${text.slice(11, 19)}Z`;
}

export type Point = readonly [number, number | null];

/** The line through points as a path of SVG; it breaks where a value is missing. */
export function pathOf(points: readonly Point[], x: Scale, y: Scale): string {
  let path = "";
  let isDown = false;
  for (const [ms, value] of points) {
    if (value === null) {
      isDown = false;
      continue;
    }
    path += `${isDown ? "L" : "M"}${at(x, ms).toFixed(1)} ${(y.size - at(y, value)).toFixed(1)}`;
    isDown = true;
  }
  return path;
}

/** Lowest and highest value, a little apart also where there is but one. */
export function rangeOf(series: readonly (readonly Point[])[], least = 0): readonly [number, number] {
  const values = series.flatMap((points) => points.map(([, value]) => value).filter((value) => value !== null));
  if (!values.length) return [0, 1];
  const low = Math.min(least, ...values);
  const high = Math.max(...values);
  return [low, high > low ? high : low + 1];
}
