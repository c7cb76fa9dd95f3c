// Which part of the picture the page asks the node for: what is in view and around it, and whatever matters besides.
import type { ViewRequest } from "../generated/messages.ts";
import { latitudeAt, longitudeAt, type View } from "../picture/projection.ts";

/** West, south, east, north, degrees WGS84. */
export type Box = readonly [number, number, number, number];

/** Of fewer tracks a part is no saving worth a table that is cut. */
const LEAST_TRACKS = 1000;
/** Farther out nearly everything is in view and around it. */
const LEAST_ZOOM = 8;
/** So much of the view's width and height is asked for besides, on each side: half a screen of moving asks for nothing. */
const MARGIN = 0.5;
/** A box that is so many times larger than it had to be is worth a smaller one. */
const MOST_SPARE = 6;
const MOST_SELECTED = 32;
const WHOLE: ViewRequest = { type: "view", box: null, selected: [] };

export interface Looking {
  readonly view: View | null;
  /** Tracks in the whole picture. */
  readonly count: number;
  /** Something asks for tracks wherever they are: a filter, the search, a person, a recording. */
  readonly everywhere: boolean;
  /** Tracks that the page needs wherever they are. */
  readonly needed: readonly number[];
}

/** What to ask the node for now, given what it was asked last; none: nothing else. */
export function nextView(asked: ViewRequest, looking: Looking): ViewRequest | null {
  const wanted = wantedView(looking);
  if (wanted.box === null) return asked.box === null ? null : wanted;
  const box = asked.box && stillServes(asked.box, looking.view!, wanted.box) ? asked.box : wanted.box;
  const same = box === asked.box && wanted.selected.every((id) => asked.selected.includes(id));
  return same ? null : { ...wanted, box };
}

function wantedView({ view, count, everywhere, needed }: Looking): ViewRequest {
  const few = count < LEAST_TRACKS || needed.length > MOST_SELECTED;
  if (!view || everywhere || few || Math.log2(view.scale / 512) < LEAST_ZOOM) return WHOLE;
  return { type: "view", box: [...boxOf(view, MARGIN)], selected: [...needed] };
}

/** Whether a box holds all that is in view, and not far more than it must. */
function stillServes([west, south, east, north]: Box, view: View, wanted: Box): boolean {
  const [left, low, right, high] = boxOf(view, 0);
  const area = (east - west) * (north - south);
  const least = (wanted[2] - wanted[0]) * (wanted[3] - wanted[1]);
  return west <= left && south <= low && east >= right && north >= high && area <= MOST_SPARE * least;
}

/** What a view shows and so many of its widths and heights on each side. */
export function boxOf(view: View, margin: number): Box {
  const { width, height } = view;
  return [
    Math.max(-180, longitudeAt(view, -margin * width)),
    Math.max(-90, latitudeAt(view, (1 + margin) * height)),
    Math.min(180, longitudeAt(view, (1 + margin) * width)),
    Math.min(90, latitudeAt(view, -margin * height)),
  ];
}
