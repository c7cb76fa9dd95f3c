// What the history page asks of the node.
import type { HistoryCounts, HistoryRecords, HistoryTracks, TrackSeries } from "../generated/messages.ts";
import { ask } from "../session/api.ts";
import { narrowedBy, pagedBy, stepOf, tracksBy, type Question } from "./question.ts";

export function searchTracks(question: Question): Promise<HistoryTracks> {
  return ask("GET", `/api/history/tracks?${tracksBy(question, true)}`);
}

export function countTracks(question: Question): Promise<HistoryCounts> {
  const query = narrowedBy(question);
  query.set("step", stepOf(question.fromMs, question.untilMs));
  return ask("GET", `/api/history/counts?${query}`);
}

export function searchRecords(question: Question): Promise<HistoryRecords> {
  const query = pagedBy(narrowedBy(question), question);
  query.set("kind", question.what);
  return ask("GET", `/api/history/records?${query}`);
}

export function readSeries(trackId: number, question: Question): Promise<TrackSeries> {
  return ask("GET", `/api/history/tracks/${trackId}?from_ms=${question.fromMs}&until_ms=${question.untilMs}&points=600`);
}

/** The address of the same tracks as a file. */
export function fileOf(question: Question, format: "csv" | "geojson" | "parquet"): string {
  return `/api/history/tracks.${format}?${tracksBy(question, false)}`;
}
