// Holds the WebSocket off the main thread: checks frames, asks for a snapshot on a gap, reconnects by itself.
import { Continuity } from "./continuity.ts";
import { readHeader } from "./frame.ts";
import type { LinkState, StreamEvent, StreamOrder } from "./link.ts";

const SNAPSHOT_REQUEST = '{"type":"snapshot"}';
const CLOSE_NO_SESSION = 4401;
const LEAST_PAUSE_MS = 250;
const MOST_PAUSE_MS = 5000;

let pauseMs = LEAST_PAUSE_MS;
let open: WebSocket | null = null;

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
    if (typeof event.data === "string") post({ kind: "text", text: event.data });
    else receiveFrame(event.data, continuity, socket);
  };
  socket.onclose = (event) => {
    open = null;
    if (event.code === CLOSE_NO_SESSION) return report("refused");
    report("lost");
    setTimeout(connect, pauseMs, url);
    pauseMs = Math.min(2 * pauseMs, MOST_PAUSE_MS);
  };
}

function receiveFrame(buffer: ArrayBuffer, continuity: Continuity, socket: WebSocket): void {
  const verdict = continuity.judge(readHeader(buffer));
  if (verdict === "apply") post({ kind: "frame", buffer }, [buffer]);
  else if (verdict === "ask") socket.send(SNAPSHOT_REQUEST);
}

self.onmessage = (event: MessageEvent<StreamOrder>) => {
  if (event.data.kind === "open") connect(event.data.url);
  else if (open?.readyState === WebSocket.OPEN) open.send(event.data.text);
};
