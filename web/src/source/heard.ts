// Whether anything is heard at all: a node goes on by its own clock when every sensor has fallen silent.
import type { SourceHealth } from "../generated/messages.ts";

const STOPPED: readonly SourceHealth["state"][] = ["silent", "quarantined", "failed", "paused"];

export function isStopped(source: SourceHealth): boolean {
  return STOPPED.includes(source.state);
}

/** When the last of the sources fell silent, UTC ns; null while one delivers, or where none ever did. */
export function silentSince(sources: readonly SourceHealth[]): number | null {
  const fed = sources.filter((source) => source.last_receive_ns !== null);
  if (fed.length === 0 || !fed.every(isStopped)) return null;
  return Math.max(...fed.map((source) => source.last_receive_ns!));
}
