// Drawing on the map by touching corners: an area's border ("draw") or a line across it ("cut"), kept as text in a field.
import type { Feature, FeatureCollection, Position } from "geojson";
import type { GeoJSONSource, Map as View } from "maplibre-gl";
import { Marker } from "maplibre-gl";

import { token } from "./tokens";

export function addDrawing(view: View, place: HTMLElement): void {
  const field = document.getElementById(place.dataset.target ?? "") as HTMLInputElement | null;
  if (!field) return;
  const closed = place.dataset.mode === "draw";
  let corners: Position[] = read(field.value, closed);
  let handles: Marker[] = [];

  view.addSource("drawing", { type: "geojson", data: shown(corners, closed) });
  if (closed) view.addLayer({ id: "drawing-fill", type: "fill", source: "drawing", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": token("accent"), "fill-opacity": 0.16 } });
  view.addLayer({ id: "drawing-line", type: "line", source: "drawing", paint: { "line-color": token("accent"), "line-width": 2.5 } });

  const keep = () => {
    (view.getSource("drawing") as GeoJSONSource).setData(shown(corners, closed));
    const enough = corners.length >= (closed ? 3 : 2);
    const rounded = corners.map(([x = 0, y = 0]) => [Number(x.toFixed(6)), Number(y.toFixed(6))]);
    field.value = !enough ? "" : JSON.stringify(closed ? { type: "Polygon", coordinates: [[...rounded, rounded[0]]] } : rounded);
  };
  const redraw = () => {
    for (const handle of handles) handle.remove();
    handles = corners.map((corner, at) => {
      const element = document.createElement("button");
      element.type = "button";
      element.className = "map-corner";
      element.setAttribute("aria-label", String(at + 1));
      element.addEventListener("dblclick", (event) => {
        event.stopPropagation();
        corners.splice(at, 1);
        redraw();
      });
      element.addEventListener("click", (event) => event.stopPropagation());
      const handle = new Marker({ element, draggable: true }).setLngLat(corner as [number, number]).addTo(view);
      handle.on("drag", () => {
        const { lng, lat } = handle.getLngLat();
        corners[at] = [lng, lat];
        keep();
      });
      return handle;
    });
    keep();
  };
  view.doubleClickZoom.disable();
  view.on("click", (event) => {
    corners.push([event.lngLat.lng, event.lngLat.lat]);
    redraw();
  });
  const bar = document.createElement("div");
  bar.className = "map-tools";
  bar.append(tool(place.dataset.undo ?? "", () => (corners.pop(), redraw())), tool(place.dataset.again ?? "", () => ((corners = []), redraw())));
  place.append(bar);
  redraw();
}

function tool(words: string, work: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button secondary small";
  button.textContent = words;
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    work();
  });
  return button;
}

function read(text: string, closed: boolean): Position[] {
  try {
    const kept = JSON.parse(text) as { coordinates?: Position[][] } | Position[];
    if (Array.isArray(kept)) return kept;
    return closed ? (kept.coordinates?.[0] ?? []).slice(0, -1) : [];
  } catch {
    return [];
  }
}

function shown(corners: Position[], closed: boolean): FeatureCollection {
  const features: Feature[] = [];
  if (closed && corners.length > 2) features.push({ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[...corners, corners[0]!]] } });
  else if (corners.length > 1) features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: corners } });
  return { type: "FeatureCollection", features };
}
