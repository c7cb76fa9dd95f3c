// Holds the WebSocket and the tracks off the main thread: checks frames, asks for a snapshot on a gap, reconnects by itself.
import { Ledger } from "../track/ledger.ts";
import { memoryOf } from "../track/tracks.ts";
import { Continuity } from "./continuity.ts";
import { readFrame, type TrackFrame } from "./frame.ts";
import type { LinkState, StreamEvent, StreamOrder } from "./link.ts";

const SNAPSHOT_REQUEST = '{"type":"snapshot"}';
const CLOSE_NO_SESSION = 4401;
const LEAST_PAUSE_MS = 250;
const MOST_PAUSE_MS = 5000;
/** How often the table is sorted; one that moves faster cannot be read. */
const LIST_INTERVAL_MS = 500;
/** A list that is nearly due goes along with the frame. */
const NEARLY_DUE_MS = 100;
const NAMES = /^\{\s*"type"\s*:\s*"names"/;

const ledger = new Ledger();
let pauseMs = LEAST_PAUSE_MS;
let open: WebSocket | null = null;
let spare: ArrayBuffer | null = null;
let listedMs = -Infinity;
let listTimer: ReturnType<typeof setTimeout> | undefined;

function post(event: StreamEvent, transfer: Transferable[] = []): void {
  self.postMessage(event, { transfer });
}

function report(state: LinkState): void {
  post({ kind: "link", state });
}

function connect(url: string): void {
  const socket = new WebSocket(url);
  const continuity = new Continuity();
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    open = socket;
    pauseMs = LEAST_PAUSE_MS;
    report("open");
  };
  socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
    if (typeof event.data === "string") receiveText(event.data);
    else receiveFrame(readFrame(event.data), continuity, socket);
  };
  socket.onclose = (event) => {
    open = null;
    if (event.code === CLOSE_NO_SESSION) return report("refused");
    report("lost");
    setTimeout(connect, pauseMs, url);
    pauseMs = Math.min(2 * pauseMs, MOST_PAUSE_MS);
  };
}

function receiveText(text: string): void {
  if (NAMES.test(text)) ledger.applyNames(JSON.parse(text));
  post({ kind: "text", text });
}

function receiveFrame(frame: TrackFrame, continuity: Continuity, socket: WebSocket): void {
  const verdict = continuity.judge(frame);
  if (verdict === "ask") socket.send(SNAPSHOT_REQUEST);
  if (verdict !== "apply") return;
  ledger.apply(frame);
  hand(frame);
}

/** Gives the page all tracks, after a frame or because it wants them otherwise; with the table's list, when it is due. */
function hand(frame: TrackFrame | null): void {
  const now = ledger.pack(spare);
  spare = null;
  const head = frame && {
    baseSequence: frame.baseSequence,
    flags: frame.flags,
    sendTimeMs: frame.sendTimeMs,
    bytes: frame.id.buffer.byteLength,
  };
  const waitMs = frame === null ? 0 : listedMs + LIST_INTERVAL_MS - performance.now();
  const list = waitMs <= NEARLY_DUE_MS ? listNow() : null;
  post({ kind: "tracks", head, now, list }, [memoryOf(now.columns), ...(list ? [list.buffer] : [])]);
  if (waitMs > NEARLY_DUE_MS) listTimer ??= setTimeout(postList, waitMs);
}

function postList(): void {
  const list = listNow();
  if (list) post({ kind: "list", list }, [list.buffer]);
}

/** Returns the numbers of the tracks in the table, if there is one; what comes soon after waits for its turn. */
function listNow(): Uint32Array<ArrayBuffer> | null {
  clearTimeout(listTimer);
  listTimer = undefined;
  listedMs = performance.now();
  return ledger.list();
}

self.onmessage = (event: MessageEvent<StreamOrder>) => {
  const order = event.data;
  if (order.kind === "open") connect(order.url);
  else if (order.kind === "want") {
    ledger.want(order.wanted);
    hand(null);
  } else if (order.kind === "spare") spare = order.memory;
  else if (open?.readyState === WebSocket.OPEN) open.send(order.text);
};
