// Holds the WebSocket and the tracks off the main thread: checks frames, asks for a snapshot on a gap, reconnects by itself.
import { Ledger } from "../track/ledger.ts";
import { toPacked } from "../track/tracks.ts";
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
/** The node says a word every second: a line that is silent for so long is dead, whatever the browser still thinks of it. */
const LEAST_PATIENCE_MS = 10_000;
/** A thin line brings a whole picture in one piece: after each such death it gets twice as long, until a frame has come. */
const MOST_PATIENCE_MS = 320_000;
const NAMES = /^\{\s*"type"\s*:\s*"names"/;

const ledger = new Ledger();
let pauseMs = LEAST_PAUSE_MS;
let patienceMs = LEAST_PATIENCE_MS;
let open: WebSocket | null = null;
let spare: ArrayBuffer | null = null;
let listedMs = -Infinity;
let listTimer: ReturnType<typeof setTimeout> | undefined;
let deathTimer: ReturnType<typeof setTimeout> | undefined;

function post(event: StreamEvent, transfer: Transferable[] = []): void {
  self.postMessage(event, { transfer });
}

function report(state: LinkState): void {
  post({ kind: "link", state });
}

function connect(url: string): void {
  const socket = new WebSocket(url);
  const continuity = new Continuity();
  const heard = (): void => {
    clearTimeout(deathTimer);
    deathTimer = setTimeout(() => giveUp(socket, url), open === socket ? patienceMs : LEAST_PATIENCE_MS);
  };
  heard();
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    open = socket;
    heard();
    pauseMs = LEAST_PAUSE_MS;
    report("open");
  };
  socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
    heard();
    if (typeof event.data === "string") receiveText(event.data);
    else receiveFrame(readFrame(event.data), continuity, socket);
  };
  socket.onclose = (event) => {
    clearTimeout(deathTimer);
    open = null;
    if (event.code === CLOSE_NO_SESSION) return report("refused");
    connectLater(url);
  };
}

function connectLater(url: string): void {
  report("lost");
  setTimeout(connect, pauseMs, url);
  pauseMs = Math.min(2 * pauseMs, MOST_PAUSE_MS);
}

/** Leaves a dead line behind and begins anew: a browser may wait for hours for the leave that nobody takes. */
function giveUp(socket: WebSocket, url: string): void {
  socket.onopen = socket.onmessage = socket.onclose = null;
  socket.close();
  if (open === socket) patienceMs = Math.min(2 * patienceMs, MOST_PATIENCE_MS);
  open = null;
  connectLater(url);
}

function receiveText(text: string): void {
  if (NAMES.test(text)) ledger.applyNames(JSON.parse(text));
  post({ kind: "text", text });
}

function receiveFrame(frame: TrackFrame, continuity: Continuity, socket: WebSocket): void {
  const verdict = continuity.judge(frame);
  if (verdict === "ask") socket.send(SNAPSHOT_REQUEST);
  if (verdict !== "apply") return;
  patienceMs = LEAST_PATIENCE_MS;
  ledger.apply(frame);
  hand(frame);
}

/** Gives the page all tracks, after a frame or because it wants them otherwise; with the table's list, when it is due. */
function hand(frame: TrackFrame | null): void {
  const now = toPacked(ledger.pack(spare));
  spare = null;
  const head = frame && {
    baseSequence: frame.baseSequence,
    flags: frame.flags,
    sendTimeMs: frame.sendTimeMs,
    bytes: frame.id.buffer.byteLength,
  };
  const waitMs = frame === null ? 0 : listedMs + LIST_INTERVAL_MS - performance.now();
  const list = waitMs <= NEARLY_DUE_MS ? listNow() : null;
  post({ kind: "tracks", head, now, list }, [now.memory, ...(list ? [list.buffer] : [])]);
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
