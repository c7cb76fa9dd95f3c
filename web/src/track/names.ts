// What tracks call themselves, by number: told now and then, apart from the frames.
import type { NamesSection } from "../generated/messages.ts";

export interface TrackNames {
  readonly callsign: string;
  readonly icaoAddress: string;
  readonly mode3a: string;
  /** Identity in the network of nations; empty: none. */
  readonly networkId: string;
  readonly sensors: readonly string[];
}

const NO_NAMES: TrackNames = { callsign: "", icaoAddress: "", mode3a: "", networkId: "", sensors: [] };

export class Names {
  readonly #names = new Map<number, TrackNames>();

  of(id: number): TrackNames {
    return this.#names.get(id) ?? NO_NAMES;
  }

  apply(section: NamesSection): void {
    if (section.snapshot) this.#names.clear();
    section.track_id.forEach((id, i) => {
      this.#names.set(id, {
        callsign: section.callsign[i] ?? "",
        icaoAddress: section.icao_address[i] ?? "",
        mode3a: section.mode_3a[i] ?? "",
        networkId: section.network_id[i] ?? "",
        sensors: (section.sensors[i] ?? []).map((index) => section.sensor_ids[index] ?? ""),
      });
    });
  }

  forget(ids: Iterable<number>): void {
    for (const id of ids) this.#names.delete(id);
  }
}
