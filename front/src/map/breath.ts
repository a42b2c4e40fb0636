// A grid in which something has just happened lights up once and fades: the map breathes with the county.
import type { FeatureCollection } from "geojson";
import type { Map as View } from "maplibre-gl";

import { token } from "./tokens";

const FADE = 1800;

export function addBreath(view: View, grids: () => FeatureCollection): void {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  view.addLayer({ id: "breath", type: "fill", source: "grids", filter: ["==", ["get", "area"], -1], paint: { "fill-color": token("ink"), "fill-opacity": 0 } });
  document.addEventListener("gridloop:live", (event) => {
    const area = Number((event as CustomEvent<{ area?: number }>).detail?.area);
    if (!area || document.hidden || !view.getLayer("breath")) return;
    if (!grids().features.some((feature) => feature.id === area)) return;
    view.setFilter("breath", ["==", ["get", "area"], area]);
    view.setPaintProperty("breath", "fill-opacity-transition", { duration: 0 });
    view.setPaintProperty("breath", "fill-opacity", 0.45);
    window.setTimeout(() => {
      view.setPaintProperty("breath", "fill-opacity-transition", { duration: FADE });
      view.setPaintProperty("breath", "fill-opacity", 0);
    }, 60);
  });
}
