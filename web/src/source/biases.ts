// How far radars are off, in order of what needs somebody and in words.
import type { SensorRegistration } from "../generated/messages.ts";

const RANK = { walked_off: 0, uncertain: 1, registered: 2 };

/** Those that walked off first, then the uncertain ones; by name among equals. */
export function sortRadars(radars: readonly SensorRegistration[]): SensorRegistration[] {
  return [...radars].sort((a, b) => RANK[a.state] - RANK[b.state] || a.sensor_id.localeCompare(b.sensor_id));
}

/** Says a bias with its one sigma: "+0.25 ± 0.01 °". */
export function describeBias(value: number, sigma: number, digits: number, unit: string): string {
  return `${signed(value, digits)} ± ${sigma.toFixed(digits)} ${unit}`;
}

/** Says how far a source's clock is off: "+0.25 s". */
export function describeOffset(seconds: number | null): string {
  return seconds === null ? "–" : `${signed(seconds, 2)} s`;
}

function signed(value: number, digits: number): string {
  const size = Math.abs(value).toFixed(digits);
  const sign = Number(size) === 0 ? "" : value > 0 ? "+" : "−";
  return `${sign}${size}`;
}

/** Says the azimuth bias, which is what doubles aircraft. */
export function describeAzimuth(radar: SensorRegistration): string {
  return describeBias(radar.azimuth_bias_deg, radar.azimuth_bias_sigma_deg, 2, "°");
}
