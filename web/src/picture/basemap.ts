// The offline basemap: one PMTiles archive served by the node, in the colours of the theme.
import {
  addProtocol,
  Map as MapLibreMap,
  setWorkerUrl,
  type StyleSpecification,
  type SymbolLayerSpecification,
} from "maplibre-gl";
// MapLibre finds no worker of its own in a bundle and then shows nothing, without an error.
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { Protocol } from "pmtiles";
import { CLOSE_ZOOM, KeptSize, LEAST_ZOOM, MOST_ZOOM, type Camera, type CameraHost, type Place } from "./camera.ts";
import { ink } from "../theme/inks.ts";
import { makeView, type View } from "./projection.ts";

const FONT = "Inter Variable";
/** Letters of the languages on the map; text drawn before they are there would stay in another font. */
const LETTERS = "ąčęėįšųūžāēģīķļņõäöüłóśźż";

setWorkerUrl(workerUrl);
addProtocol("pmtiles", new Protocol().tile);

/** Makes the map; throws where the display offers no WebGL. `onLoad` is called when all tiles in view are drawn. */
export async function openBasemap(
  host: CameraHost,
  place: Place,
  language: string,
  onLoad: () => void,
  onError: (reason: string) => void,
): Promise<Camera> {
  await Promise.all(["400", "600"].map((weight) => document.fonts.load(`${weight} 12px "${FONT}"`, LETTERS)));
  const map = new MapLibreMap({
    container: host.element,
    style: makeStyle(language, host.magnification),
    center: [place.longitude, place.latitude],
    zoom: place.zoom,
    minZoom: LEAST_ZOOM,
    maxZoom: MOST_ZOOM,
    maxPitch: 0,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    rollEnabled: false,
    fadeDuration: 0,
    renderWorldCopies: false,
    attributionControl: false,
    validateStyle: false,
    localIdeographFontFamily: `"${FONT}"`,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.on("move", () => host.onMove());
  map.on("dragstart", () => host.onPan());
  map.once("idle", onLoad);
  map.on("error", (event) => onError(event.error.message));
  return new MapCamera(map, new KeptSize(host.element, () => host.onMove()));
}

class MapCamera implements Camera {
  readonly #map: MapLibreMap;
  readonly #size: KeptSize;

  constructor(map: MapLibreMap, size: KeptSize) {
    this.#map = map;
    this.#size = size;
  }

  view(): View {
    return makeView(this.#map.getCenter(), this.#map.getZoom(), this.#size.width, this.#size.height);
  }

  place(): Place {
    const centre = this.#map.getCenter();
    return { latitude: centre.lat, longitude: centre.lng, zoom: this.#map.getZoom() };
  }

  goTo(latitude: number, longitude: number): void {
    this.#map.jumpTo({ center: [longitude, latitude], zoom: Math.max(this.#map.getZoom(), CLOSE_ZOOM) });
  }

  centre(latitude: number, longitude: number): void {
    this.#map.jumpTo({ center: [longitude, latitude] });
  }

  zoomBy(step: number): void {
    this.#map.jumpTo({ zoom: this.#map.getZoom() + step });
  }

  setLanguage(language: string): void {
    this.#map.setLayoutProperty("countries", "text-field", countryName(language));
  }

  recolour(): void {
    for (const [layer, property, value] of paints()) this.#map.setPaintProperty(layer, property as "fill-color", value);
  }

  remove(): void {
    this.#size.remove();
    this.#map.remove();
  }
}

/** Every colour of the style: layer, property, value. */
function paints(): [string, string, string][] {
  const { sea, land, shore, border, country, city, halo } = ink.chart;
  return [
    ["sea", "background-color", sea],
    ["land", "fill-color", land],
    ["land", "fill-outline-color", shore],
    ["water", "fill-color", sea],
    ["border", "line-color", border],
    ["cities", "text-color", city],
    ["cities", "text-halo-color", halo],
    ["countries", "text-color", country],
    ["countries", "text-halo-color", halo],
  ];
}

function countryName(language: string): ["get", string] {
  return ["get", language === "lt" ? "name_lt" : "name_en"];
}

function makeStyle(language: string, magnification: number): StyleSpecification {
  return {
    version: 8,
    sources: { baltic: { type: "vector", url: `pmtiles://${location.origin}/basemap/baltic.pmtiles` } },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": ink.chart.sea } },
      {
        id: "land",
        type: "fill",
        source: "baltic",
        "source-layer": "land",
        paint: { "fill-color": ink.chart.land, "fill-outline-color": ink.chart.shore },
      },
      {
        id: "water",
        type: "fill",
        source: "baltic",
        "source-layer": "water",
        paint: { "fill-color": ink.chart.sea },
      },
      {
        id: "border",
        type: "line",
        source: "baltic",
        "source-layer": "border",
        layout: { "line-join": "round" },
        paint: { "line-color": ink.chart.border, "line-width": ["interpolate", ["linear"], ["zoom"], 4, 1, 9, 2] },
      },
      cityLayer(magnification),
      countryLayer(language, magnification),
    ],
  };
}

function cityLayer(magnification: number): SymbolLayerSpecification {
  return {
    id: "cities",
    type: "symbol",
    source: "baltic",
    "source-layer": "place",
    filter: ["==", ["get", "kind"], "city"],
    layout: {
      "text-field": ["get", "name"],
      "text-font": [FONT],
      "text-size": ["*", magnification, ["match", ["get", "rank"], 1, 13, 2, 12, 11]],
      "symbol-sort-key": ["-", ["get", "people"]],
      "text-padding": 12,
    },
    paint: { "text-color": ink.chart.city, "text-halo-color": ink.chart.halo, "text-halo-width": 1.2 },
  };
}

function countryLayer(language: string, magnification: number): SymbolLayerSpecification {
  return {
    id: "countries",
    type: "symbol",
    source: "baltic",
    "source-layer": "place",
    filter: ["==", ["get", "kind"], "country"],
    maxzoom: 8,
    layout: {
      "text-field": countryName(language),
      "text-font": [FONT],
      "text-size": 14 * magnification,
      "text-transform": "uppercase",
      "text-letter-spacing": 0.25,
      "text-allow-overlap": true,
    },
    paint: { "text-color": ink.chart.country, "text-halo-color": ink.chart.halo, "text-halo-width": 1.2 },
  };
}
