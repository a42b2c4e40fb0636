// One map: its ground and shapes, its colours by number, its words under the pointer, and its refreshing.
import type { Feature, FeatureCollection } from "geojson";
import { Map as View, NavigationControl, setWorkerUrl, type ExpressionSpecification, type GeoJSONSource, type StyleSpecification } from "maplibre-gl";

import { inChinese } from "../app/pages";
import { addCases } from "./cases";
import { AreaLabels } from "./labels";
import { addDrawing } from "./draw";
import { addPick } from "./pick";
import { addBreath } from "./breath";
import { addMarks } from "./marks";
import { addPoint } from "./point";
import { followPoints } from "./points";
import { addTextures, fetchStandings, refreshRisk, riskColours, withStandings } from "./risk";
import { boxOf, fetchShapes, fetchValues, withValues, type Box } from "./shapes";
import { shades, token } from "./tokens";

// data-values: the numbers of data-grids by area; data-points: single cases, asked for box by box close up.
// data-grids, data-cases, data-outlines: addresses of GeoJSON. Features may carry name, level, value, url, words; cases overdue, url, words.
// data-colours: areas in four colours (see risk.ts); boxes with data-map-marks switch layers of points (see marks.ts).
// data-mode: "pick" chooses a point, "point" shows the one of data-at. data-tiles: an address of raster tiles, if the county has any. data-breaks: "1,5,10,20,40".

// What the map's own buttons and hints say; English is built in.
const CHINESE = {
  "Map.Title": "地图",
  "NavigationControl.ZoomIn": "放大",
  "NavigationControl.ZoomOut": "缩小",
  "CooperativeGesturesHandler.WindowsHelpText": "按住Ctrl键并滚动可缩放地图",
  "CooperativeGesturesHandler.MacHelpText": "按住 ⌘ 键并滚动可缩放地图",
  "CooperativeGesturesHandler.MobileHelpText": "请用双指移动地图",
};

function style(tiles: string | undefined): StyleSpecification {
  const ground: StyleSpecification = {
    version: 8,
    sources: {},
    layers: [{ id: "ground", type: "background", paint: { "background-color": token("map-ground") } }],
  };
  if (tiles) {
    ground.sources.tiles = { type: "raster", tiles: [tiles], tileSize: 256 };
    ground.layers.push({ id: "tiles", type: "raster", source: "tiles", paint: { "raster-saturation": -0.6, "raster-opacity": 0.7 } });
  }
  return ground;
}

function breaksFor(place: HTMLElement, grids: FeatureCollection): number[] {
  if (place.dataset.breaks) return place.dataset.breaks.split(",").map(Number);
  const values = grids.features.map((feature) => Number(feature.properties?.value ?? 0)).filter((value) => value > 0).sort((a, b) => a - b);
  const cuts = [0, 0.3, 0.55, 0.78, 0.93].map((share) => values[Math.floor(share * values.length)] ?? 0);
  return [...new Set(cuts)];
}

function fillColour(breaks: number[]): ExpressionSpecification | string {
  const [first = "", ...rest] = shades();
  if (!breaks.length) return first;
  return ["step", ["to-number", ["get", "value"], 0], first, ...breaks.flatMap((at, step) => [at, rest[Math.min(step, rest.length - 1)]!])] as unknown as ExpressionSpecification;
}

function addGrids(view: View, place: HTMLElement, grids: FeatureCollection): void {
  view.addSource("grids", { type: "geojson", data: grids, generateId: true });
  view.addLayer({ id: "grids", type: "fill", source: "grids", paint: { "fill-color": place.dataset.colours ? riskColours() : fillColour(breaksFor(place, grids)), "fill-opacity": place.dataset.tiles ? 0.6 : 1 } });
  view.addLayer({
    id: "grid-lines",
    type: "line",
    source: "grids",
    paint: { "line-color": token("map-line"), "line-width": ["case", ["==", ["get", "level"], "town"], 1.4, 0.6] },
  });
  view.addLayer({
    id: "grid-here",
    type: "line",
    source: "grids",
    paint: { "line-color": token("ink"), "line-width": ["case", ["boolean", ["feature-state", "here"], false], 2, 0] },
  });
}

function addOutlines(view: View, outlines: FeatureCollection): void {
  view.addSource("outlines", { type: "geojson", data: outlines });
  view.addLayer({ id: "outlines", type: "line", source: "outlines", paint: { "line-color": token("ink-3"), "line-width": 1.4 } });
}

function addWords(view: View, place: HTMLElement): void {
  const picking = place.dataset.mode !== undefined; // choosing a point or drawing: a touch opens nothing
  const words = document.createElement("div");
  words.className = "map-words";
  words.setAttribute("aria-live", "polite");
  place.append(words);
  let here: number | string | undefined;
  const mark = (id: number | string | undefined) => {
    if (here !== undefined) view.setFeatureState({ source: "grids", id: here }, { here: false });
    here = id;
    if (here !== undefined) view.setFeatureState({ source: "grids", id: here }, { here: true });
  };
  const tell = (at: { x: number; y: number }) => {
    const layers = [...(view.getStyle()?.layers ?? []).map((layer) => layer.id).filter((id) => id.startsWith("marks-")), "cases", "grids"].filter((layer) => view.getLayer(layer));
    const found = view.queryRenderedFeatures([at.x, at.y], { layers })[0];
    mark(found?.source === "grids" ? found.id : undefined);
    const name = document.createElement("b");
    name.textContent = String(found?.properties?.name ?? "");
    words.replaceChildren(...(found ? [name, String(found.properties?.words ?? "")] : []));
    view.getCanvas().style.cursor = found?.properties?.url && !picking ? "pointer" : "";
    return found;
  };
  view.on("mousemove", (event) => tell(event.point));
  view.on("mouseout", () => (mark(undefined), words.replaceChildren()));
  view.on("click", "grids", (event) => {
    const address = event.features?.[0]?.properties?.url;
    if (address && !picking) location.assign(String(address));
  });
  // By keyboard the middle of the map is the pointer: arrows move, Enter opens.
  const middle = () => ({ x: place.clientWidth / 2, y: place.clientHeight / 2 });
  view.on("moveend", () => document.activeElement === view.getCanvas() && tell(middle()));
  view.getCanvas().addEventListener("keydown", (event) => {
    const address = event.key === "Enter" && !picking ? tell(middle())?.properties?.url : undefined;
    if (address) location.assign(String(address));
  });
}

function recolour(view: View, place: HTMLElement, grids: FeatureCollection): void {
  view.setPaintProperty("ground", "background-color", token("map-ground"));
  view.setPaintProperty("grids", "fill-color", place.dataset.colours ? riskColours() : fillColour(breaksFor(place, grids)));
  view.setPaintProperty("grid-lines", "line-color", token("map-line"));
  view.setPaintProperty("grid-here", "line-color", token("ink"));
}

/** data-box "west,south,east,north" or data-at "longitude,latitude"; else all the shapes. */
function startingBox(place: HTMLElement, features: Feature[]): Box | null {
  if (place.dataset.box) return place.dataset.box.split(",").map(Number) as Box;
  const [x, y] = (place.dataset.at ?? "").split(",").map(Number);
  if (x && y) return [x - 0.006, y - 0.004, x + 0.006, y + 0.004];
  return boxOf(features);
}

type Ground = { shapes: FeatureCollection; grids: FeatureCollection; outlines: FeatureCollection };

async function standings(place: HTMLElement, shapes: FeatureCollection): Promise<FeatureCollection> {
  const found = await fetchStandings(place.dataset.colours ?? "");
  return found ? withStandings(shapes, found, place) : { ...shapes, features: [] };
}

/** Shapes and, where they come apart, their numbers. */
async function fetchGround(place: HTMLElement): Promise<Ground> {
  const [shapes, outlines, values] = await Promise.all([fetchShapes(place.dataset.grids), fetchShapes(place.dataset.outlines), place.dataset.values ? fetchValues(place.dataset.values) : null]);
  if (place.dataset.colours) return { shapes, grids: await standings(place, shapes), outlines };
  if (!values) return { shapes, grids: shapes, outlines };
  const around = outlines.features.filter((feature) => values.outlines.includes(Number(feature.id)));
  return { shapes, grids: withValues(shapes, values, place), outlines: { ...outlines, features: around } };
}

export async function showMap(place: HTMLElement): Promise<void> {
  setWorkerUrl(new URL(document.body.dataset.mapWorker ?? "", location.href).href);
  let view: View;
  let [{ shapes, grids, outlines }, cases] = await Promise.all([fetchGround(place), fetchShapes(place.dataset.cases)]);
  try {
    view = new View({
      container: place,
      style: style(place.dataset.tiles),
      bounds: startingBox(place, [...grids.features, ...outlines.features]) ?? undefined,
      fitBoundsOptions: { padding: 24 },
      maxZoom: 19,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      cooperativeGestures: place.dataset.gestures === "cooperative",
      locale: inChinese() ? CHINESE : undefined,
    });
  } catch {
    // An old phone without WebGL still has the list beside the map.
    const none = document.createElement("p");
    none.className = "map-none";
    none.textContent = inChinese() ? "此设备无法显示地图，请使用列表或文字地址。" : "This device cannot draw the map. Please use the list or type the place.";
    place.replaceChildren(none);
    return;
  }
  view.touchZoomRotate.disableRotation();
  view.keyboard.disableRotation();
  view.addControl(new NavigationControl({ showCompass: false }), "top-right");
  view.getCanvas().setAttribute("aria-label", place.dataset.label ?? "");
  const labels = new AreaLabels(view);
  view.on("load", () => {
    addGrids(view, place, grids);
    addOutlines(view, outlines);
    if (place.dataset.colours) addTextures(view, place, grids);
    addMarks(view, place);
    if (place.dataset.values || place.dataset.colours) addBreath(view, () => grids);
    if (place.dataset.cases || place.dataset.points) addCases(view, cases);
    if (place.dataset.points) followPoints(view, place);
    addWords(view, place);
    labels.set([...outlines.features, ...grids.features], place.dataset.outlines ? outlines.features : []);
    if (place.dataset.mode === "pick") addPick(view, place);
    if (place.dataset.mode === "point") addPoint(view, place);
    if (place.dataset.mode === "draw" || place.dataset.mode === "cut") addDrawing(view, place);
    place.dataset.ready = "yes";
  });
  // The page says when the numbers behind the map have changed.
  place.addEventListener("live", async () => {
    if (place.dataset.colours) {
      grids = await standings(place, shapes);
      (view.getSource("grids") as GeoJSONSource | undefined)?.setData(grids);
      refreshRisk(view, grids);
      return;
    }
    if (place.dataset.values) {
      const values = await fetchValues(place.dataset.values);
      if (values) grids = withValues(shapes, values, place);
      (view.getSource("grids") as GeoJSONSource | undefined)?.setData(grids);
      return;
    }
    [grids, cases] = await Promise.all([fetchShapes(place.dataset.grids), fetchShapes(place.dataset.cases)]);
    (view.getSource("grids") as GeoJSONSource | undefined)?.setData(grids);
    (view.getSource("cases") as GeoJSONSource | undefined)?.setData(cases);
    if (view.getLayer("grids")) recolour(view, place, grids);
  });
  new MutationObserver(() => view.getLayer("grids") && recolour(view, place, grids)).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}
