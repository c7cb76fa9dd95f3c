// Uncertainty and forecast of a track on the map: the ellipse of now, the cone of the next ten minutes.
import type { TrackForecast } from "../generated/messages.ts";
import { screenX, screenY, worldUnitsPerMetre, worldX, worldY, type View } from "../picture/projection.ts";
import { ink } from "../theme/inks.ts";
import type { Tracks } from "../track/tracks.ts";
import { SIGMAS_95, stripBetween, type Circle } from "./cone.ts";

const FONT = '11px "Inter Variable", sans-serif';
/** Ellipses smaller than the symbol itself say nothing. */
const LEAST_PIXELS = 6;
const NAMED_S = [60, 300, 600];
/** Nearer than this names would cover each other. */
const NAMES_APART_PX = 36;

export function drawEllipse(context: CanvasRenderingContext2D, view: View, tracks: Tracks, row: number): void {
  const perMetre = worldUnitsPerMetre(tracks.latitudeDeg[row]!) * view.scale * SIGMAS_95;
  const major = tracks.sigmaMajorM[row]! * perMetre;
  const minor = tracks.sigmaMinorM[row]! * perMetre;
  if (major < LEAST_PIXELS) return;
  const bearing = (tracks.sigmaBearing[row]! / 256) * 2 * Math.PI;
  context.beginPath();
  // bearings turn from north, angles of the screen from east
  context.ellipse(screenX(view, tracks.x[row]!), screenY(view, tracks.y[row]!), major, minor, bearing - Math.PI / 2, 0, 2 * Math.PI);
  context.fillStyle = `rgba(${ink.tool}, 0.08)`;
  context.fill();
  context.strokeStyle = `rgba(${ink.tool}, 0.85)`;
  context.lineWidth = 1.25;
  context.stroke();
}

export function drawCone(context: CanvasRenderingContext2D, view: View, tracks: Tracks, row: number, forecast: TrackForecast): void {
  const here = { x: screenX(view, tracks.x[row]!), y: screenY(view, tracks.y[row]!), radius: 0 };
  const ahead = forecast.places.map((place) => ({
    ...circleOf(view, place.longitude_deg, place.latitude_deg, place.radius_90_m),
    aheadS: place.ahead_s,
  }));
  const calibrated = forecast.places.every((place) => place.radius_90_m !== null);
  if (calibrated) fillCone(context, [here, ...ahead]);
  context.strokeStyle = `rgba(${ink.tool}, 0.8)`;
  context.lineWidth = 1.25;
  context.setLineDash(calibrated ? [] : [4, 4]);
  context.beginPath();
  context.moveTo(here.x, here.y);
  for (const { x, y } of ahead) context.lineTo(x, y);
  context.stroke();
  context.setLineDash([]);
  let last: Circle = here;
  for (const one of ahead) {
    if (!NAMED_S.includes(one.aheadS) || Math.hypot(one.x - last.x, one.y - last.y) < NAMES_APART_PX) continue;
    nameMoment(context, one);
    last = one;
  }
}

function fillCone(context: CanvasRenderingContext2D, circles: readonly Circle[]): void {
  context.beginPath();
  circles.forEach((circle, i) => {
    context.moveTo(circle.x + circle.radius, circle.y);
    context.arc(circle.x, circle.y, circle.radius, 0, 2 * Math.PI);
    const strip = i > 0 ? stripBetween(circles[i - 1]!, circle) : null;
    strip?.forEach(([x, y], corner) => (corner === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
    if (strip) context.closePath();
  });
  context.fillStyle = `rgba(${ink.tool}, 0.13)`;
  context.fill("nonzero");
  const last = circles.at(-1)!;
  context.beginPath();
  context.arc(last.x, last.y, last.radius, 0, 2 * Math.PI);
  context.strokeStyle = `rgba(${ink.tool}, 0.6)`;
  context.lineWidth = 1;
  context.stroke();
}

function nameMoment(context: CanvasRenderingContext2D, { x, y, aheadS }: Circle & { readonly aheadS: number }): void {
  context.beginPath();
  context.arc(x, y, 2.5, 0, 2 * Math.PI);
  context.fillStyle = `rgb(${ink.tool})`;
  context.fill();
  context.font = FONT;
  context.textAlign = "left";
  context.lineWidth = 3;
  context.strokeStyle = `rgba(${ink.halo}, 0.85)`;
  context.strokeText(`+${aheadS / 60} min`, x + 6, y - 5);
  context.fillText(`+${aheadS / 60} min`, x + 6, y - 5);
}

function circleOf(view: View, longitude: number, latitude: number, radiusM: number | null): Circle {
  const radius = (radiusM ?? 0) * worldUnitsPerMetre(latitude) * view.scale;
  return { x: screenX(view, worldX(longitude)), y: screenY(view, worldY(latitude)), radius };
}
