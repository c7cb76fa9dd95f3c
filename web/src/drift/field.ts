// Drift on the map: the region of each drifter in half an hour, all horizons of the selected one, and launch sites.
import type { DriftForecast, LaunchEstimate } from "../generated/messages.ts";
import { traceRing } from "../picture/ground.ts";
import { screenX, screenY, worldX, worldY, type View } from "../picture/projection.ts";
import { ink } from "../theme/inks.ts";

const HALF_AN_HOUR_S = 1800;
const FONT = '11px "Inter Variable", sans-serif';

export function drawDrift(
  context: CanvasRenderingContext2D,
  view: View,
  forecasts: readonly DriftForecast[],
  launches: readonly LaunchEstimate[],
  selected: number | null,
): void {
  context.font = FONT;
  context.textAlign = "center";
  for (const forecast of forecasts) {
    const chosen = forecast.track_id === selected;
    for (const place of forecast.places) {
      if (!chosen && place.ahead_s !== HALF_AN_HOUR_S) continue;
      context.beginPath();
      traceRing(context, view, place.region_90);
      context.fillStyle = `rgba(${ink.drift}, ${chosen ? 0.1 : 0.05})`;
      context.fill();
      context.strokeStyle = `rgba(${ink.drift}, ${chosen ? 0.9 : 0.35})`;
      context.lineWidth = chosen ? 1.5 : 1;
      context.stroke();
      if (!chosen) continue;
      context.fillStyle = `rgb(${ink.drift})`;
      const x = screenX(view, worldX(place.longitude_deg));
      context.fillText(`+${place.ahead_s / 60}`, x, screenY(view, worldY(place.latitude_deg)));
    }
  }
  for (const launch of launches) drawLaunch(context, view, launch);
}

function drawLaunch(context: CanvasRenderingContext2D, view: View, launch: LaunchEstimate): void {
  context.strokeStyle = `rgba(${ink.launch}, 0.8)`;
  context.lineWidth = 1;
  context.setLineDash([4, 3]);
  context.beginPath();
  traceRing(context, view, launch.region_90);
  context.stroke();
  context.setLineDash([]);
  const x = screenX(view, worldX(launch.longitude_deg));
  const y = screenY(view, worldY(launch.latitude_deg));
  context.beginPath();
  context.moveTo(x - 5, y);
  context.lineTo(x + 5, y);
  context.moveTo(x, y - 5);
  context.lineTo(x, y + 5);
  context.stroke();
  context.fillStyle = `rgb(${ink.launch})`;
  context.fillText(String(launch.track_ids.length), x, y - 8);
}
