// The map follows a track: moved only when it has to be, for every move draws the basemap anew.
import type { Camera } from "../picture/camera.ts";
import { screenX, screenY } from "../picture/projection.ts";
import type { Tracks } from "../track/tracks.ts";

/** So far from the middle a followed track may be; a basemap drawn ten times a second would saturate a small machine. */
export const OFF_CENTRE_PIXELS = 8;

/** Moves the camera over the track when it has gone from the middle. */
export function followTrack(camera: Camera, tracks: Tracks, trackId: number): void {
  const row = tracks.row(trackId);
  if (row === undefined) return;
  const view = camera.view();
  const off = Math.hypot(screenX(view, tracks.x[row]!) - view.width / 2, screenY(view, tracks.y[row]!) - view.height / 2);
  if (off > OFF_CENTRE_PIXELS) camera.centre(tracks.latitudeDeg[row]!, tracks.longitudeDeg[row]!);
}
