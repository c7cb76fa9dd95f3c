// The main thread's end of the stream.
import type {
  AlertsSection,
  ClockSection,
  ConfigurationSection,
  InterferenceSection,
  NamesSection,
  PermissionsSection,
  ClosuresSection,
  DriftSection,
  LostSection,
  NetworkSection,
  PlaybackSection,
  TrailsSection,
  UnitsSection,
  SightingsSection,
  WarningsSection,
  WindsSection,
  RegistrationsSection,
  SourcesSection,
} from "../generated/messages.ts";
import type { Wanted } from "../track/ledger.ts";
import { fromPacked, type PackedTracks, type TracksNow } from "../track/tracks.ts";
import type { FrameHeader } from "./frame.ts";
import StreamWorker from "./worker.ts?worker";

/** lost: trying again; refused: the session has ended. */
export type LinkState = "connecting" | "open" | "lost" | "refused";

/** What the page is told of the frame behind what it is given. */
export interface FrameHead extends Pick<FrameHeader, "baseSequence" | "flags" | "sendTimeMs"> {
  /** Size of the frame as it came. */
  readonly bytes: number;
}

export type StreamEvent =
  | { readonly kind: "link"; readonly state: LinkState }
  | { readonly kind: "text"; readonly text: string }
  /** With the table's list where it is due: the page then renews itself once for both. */
  | { readonly kind: "tracks"; readonly head: FrameHead | null; readonly now: PackedTracks; readonly list: Uint32Array | null }
  | { readonly kind: "list"; readonly list: Uint32Array };

export type Section =
  | PlaybackSection
  | TrailsSection
  | ClockSection
  | AlertsSection
  | SourcesSection
  | RegistrationsSection
  | InterferenceSection
  | PermissionsSection
  | WarningsSection
  | WindsSection
  | DriftSection
  | ClosuresSection
  | LostSection
  | NetworkSection
  | UnitsSection
  | SightingsSection
  | ConfigurationSection
  | NamesSection;

export interface Receiver {
  takeLink(state: LinkState): void;
  takeSection(section: Section): void;
  /** Takes all tracks, after a frame or, without one, because something else was wanted of them; returns memory to spare. */
  takeTracks(now: TracksNow, head: FrameHead | null): ArrayBuffer;
  /** Takes the numbers of the tracks in the table, sorted. */
  takeList(list: Uint32Array): void;
}

/** What the main thread says to the worker. */
export type StreamOrder =
  | { readonly kind: "open"; readonly url: string }
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "want"; readonly wanted: Wanted }
  /** Memory for the tracks to come: half a megabyte of new memory a frame keeps the collector of garbage busy. */
  | { readonly kind: "spare"; readonly memory: ArrayBuffer };

export interface Link {
  close(): void;
  /** Says something to the node; lost while there is no link. */
  send(text: string): void;
  /** Says what the page wants of all tracks. */
  want(wanted: Wanted): void;
}

/** Opens the stream and hands everything it brings to the receiver. */
export function openStream(receiver: Receiver): Link {
  const worker = new StreamWorker();
  worker.onmessage = (event: MessageEvent<StreamEvent>) => {
    const message = event.data;
    if (message.kind === "link") receiver.takeLink(message.state);
    else if (message.kind === "text") receiver.takeSection(JSON.parse(message.text) as Section);
    else if (message.kind === "tracks") giveBack(receiver.takeTracks(fromPacked(message.now), message.head));
    if ("list" in message && message.list) receiver.takeList(message.list);
  };
  const url = new URL("/stream", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const order = (given: StreamOrder, transfer: Transferable[] = []): void => worker.postMessage(given, transfer);
  const giveBack = (memory: ArrayBuffer): void => order({ kind: "spare", memory }, [memory]);
  order({ kind: "open", url: url.href });
  return {
    close: () => worker.terminate(),
    send: (text) => order({ kind: "say", text }),
    want: (wanted) => order({ kind: "want", wanted }),
  };
}
