// Zones, sensor sites and, without a basemap, a grid of degrees: what lies still, under the tracks.
import type {
  Configuration,
  DriftForecast,
  FlightPermission,
  GnssInterference,
  IncidentView,
  LaunchEstimate,
  LostTrack,
  Sensor,
  Sighting,
  Zone,
} from "../generated/messages.ts";
import { drawDrift } from "../drift/field.ts";
import { drawLost } from "../lost/region.ts";
import { drawIncidents } from "../incident/overlay.ts";
import { drawUnits, type UnitsShown } from "../unit/overlay.ts";
import { drawField } from "../navigation/field.ts";
import { drawSightings } from "../sighting/region.ts";
import type { Warned } from "../warning/areas.ts";
import { drawWarned } from "../warning/overlay.ts";
import { ink } from "../theme/inks.ts";
import { EARTH_CIRCUMFERENCE_M, screenX, screenY, worldX, worldY, type View } from "./projection.ts";
import { wipe } from "./wipe.ts";

/** Names of sites are written from zoom 7 on. */
const SENSOR_NAMES_SCALE = 512 * 2 ** 7;
const FONT = '11px "Inter Variable", sans-serif';

type Point = readonly [number, number];

export interface GroundOptions {
  readonly configuration: Configuration | null;
  /** Permissions in force now. */
  readonly permissions: readonly FlightPermission[];
  /** Zones with a standing critical alert. */
  readonly alertedZones: ReadonlySet<string>;
  readonly grid: boolean;
  /** Draw how far each sensor may see. */
  readonly ranges: boolean;
  /** Disturbed navigation; empty when it is not to be drawn. */
  readonly interference: readonly GnssInterference[];
  /** Where drifters will be and were let go; empty when it is not to be drawn. */
  readonly drift: readonly DriftForecast[];
  readonly launches: readonly LaunchEstimate[];
  readonly selected: number | null;
  /** Where lost tracks may be. */
  readonly lost: readonly LostTrack[];
  /** Areas that the public was warned in, or is to be. */
  readonly warned: readonly Warned[];
  /** What people reported and no track shows. */
  readonly sightings: readonly Sighting[];
  /** Who could respond, and what happened where; empty when they are not to be drawn. */
  readonly units: UnitsShown;
  readonly incidents: readonly IncidentView[];
  readonly chosenIncident: string | null;
}

export function drawGround(context: CanvasRenderingContext2D, view: View, options: GroundOptions): void {
  wipe(context, view.width, view.height);
  context.font = FONT;
  context.lineJoin = "round";
  if (options.grid) drawGrid(context, view);
  drawField(context, view, options.interference);
  drawWarned(context, view, options.warned);
  drawSightings(context, view, options.sightings);
  for (const zone of options.configuration?.zones ?? []) {
    drawZone(context, view, zone, options.alertedZones.has(zone.id));
  }
  drawDrift(context, view, options.drift, options.launches, options.selected);
  for (const permission of options.permissions) drawPermission(context, view, permission);
  drawLost(context, view, options.lost);
  for (const sensor of options.configuration?.sensors ?? []) {
    if (options.ranges) drawRange(context, view, sensor);
    drawSensor(context, view, sensor);
  }
  drawUnits(context, view, options.units);
  drawIncidents(context, view, options.incidents, options.chosenIncident);
}

/** The ring of a zone or permission in degrees; a cylinder becomes 72 corners. */
export function zoneRing(zone: Pick<Zone, "polygon" | "centre" | "radius_m">): Point[] {
  if (!zone.centre || !zone.radius_m) return zone.polygon.map(([longitude, latitude]) => [longitude, latitude]);
  return circle(zone.centre[0], zone.centre[1], zone.radius_m);
}

function circle(longitude: number, latitude: number, radiusM: number): Point[] {
  const degrees = (360 * radiusM) / EARTH_CIRCUMFERENCE_M;
  const stretch = Math.cos((latitude * Math.PI) / 180);
  return Array.from({ length: 72 }, (_, i) => {
    const bearing = (i / 36) * Math.PI;
    return [longitude + (degrees * Math.sin(bearing)) / stretch, latitude + degrees * Math.cos(bearing)] as const;
  });
}

export function traceRing(context: CanvasRenderingContext2D, view: View, ring: readonly Point[]): void {
  ring.forEach(([longitude, latitude], i) => {
    const x = screenX(view, worldX(longitude));
    const y = screenY(view, worldY(latitude));
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.closePath();
}

function drawZone(context: CanvasRenderingContext2D, view: View, zone: Zone, alerted: boolean): void {
  const ring = zoneRing(zone);
  const colour = alerted ? ink.alerted : ink[zone.kind];
  context.beginPath();
  traceRing(context, view, ring);
  for (const hole of zone.holes) traceRing(context, view, hole);
  // A country under alert would tint the whole map: its border is enough.
  context.fillStyle = zone.kind === "border" ? `rgba(${ink.border}, 0.04)` : `rgba(${colour}, ${alerted ? 0.12 : 0.05})`;
  context.fill("evenodd");
  context.setLineDash(zone.kind === "border" ? [] : [6, 4]);
  context.strokeStyle = `rgba(${colour}, ${alerted ? 0.95 : 0.6})`;
  context.lineWidth = alerted ? 2 : 1.25;
  context.stroke();
  context.setLineDash([]);
  nameZone(context, view, zone, ring, colour);
}

/** Where somebody may fly: an outline alone, short dashes, so that nobody takes it for a zone that matters. */
function drawPermission(context: CanvasRenderingContext2D, view: View, permission: FlightPermission): void {
  context.beginPath();
  traceRing(context, view, zoneRing(permission));
  for (const hole of permission.holes) traceRing(context, view, hole);
  context.setLineDash([2, 4]);
  context.strokeStyle = `rgba(${ink.permission}, 0.8)`;
  context.lineWidth = 1.25;
  context.stroke();
  context.setLineDash([]);
}

function nameZone(
  context: CanvasRenderingContext2D,
  view: View,
  zone: Zone,
  ring: readonly Point[],
  colour: string,
): void {
  const north = ring.reduce((best, point) => (point[1] > best[1] ? point : best));
  const south = Math.min(...ring.map((point) => point[1]));
  const height = (worldY(south) - worldY(north[1])) * view.scale;
  if (height < 24) return;
  context.textAlign = "center";
  context.fillStyle = `rgba(${colour}, 0.9)`;
  context.fillText(zone.name, screenX(view, worldX(north[0])), screenY(view, worldY(north[1])) - 5);
}

function drawRange(context: CanvasRenderingContext2D, view: View, sensor: Sensor): void {
  if (sensor.latitude_deg === null || sensor.longitude_deg === null) return;
  context.strokeStyle = `rgba(${ink.sensor}, 0.25)`;
  context.lineWidth = 1;
  context.beginPath();
  traceRing(context, view, circle(sensor.longitude_deg, sensor.latitude_deg, sensor.max_range_m));
  context.stroke();
}

function drawSensor(context: CanvasRenderingContext2D, view: View, sensor: Sensor): void {
  if (sensor.latitude_deg === null || sensor.longitude_deg === null) return;
  const x = screenX(view, worldX(sensor.longitude_deg));
  const y = screenY(view, worldY(sensor.latitude_deg));
  context.strokeStyle = `rgba(${ink.sensor}, 0.7)`;
  context.lineWidth = 1.25;
  context.beginPath();
  context.moveTo(x - 4, y + 4);
  context.lineTo(x, y - 4);
  context.lineTo(x + 4, y + 4);
  context.closePath();
  context.stroke();
  if (view.scale < SENSOR_NAMES_SCALE) return;
  context.textAlign = "center";
  context.fillStyle = `rgba(${ink.sensor}, 0.75)`;
  context.fillText(sensor.id, x, y + 17);
}

function drawGrid(context: CanvasRenderingContext2D, view: View): void {
  context.strokeStyle = `rgba(${ink.grid}, 0.22)`;
  context.fillStyle = `rgba(${ink.grid}, 0.9)`;
  context.textAlign = "left";
  context.lineWidth = 1;
  for (let longitude = 10; longitude <= 40; longitude++) {
    const x = screenX(view, worldX(longitude));
    drawLine(context, x, 0, x, view.height);
    context.fillText(`${longitude}° E`, x + 4, view.height - 28);
  }
  for (let latitude = 48; latitude <= 66; latitude++) {
    const y = screenY(view, worldY(latitude));
    drawLine(context, 0, y, view.width, y);
    context.fillText(`${latitude}° N`, 6, y - 4);
  }
}

function drawLine(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
