// Cases as points, gathered into counted circles where they crowd; late ones are marked by shape and colour.
import type { FeatureCollection, Point } from "geojson";
import { Marker, type GeoJSONSource, type Map as View } from "maplibre-gl";

import { inChinese } from "../app/pages";
import { token } from "./tokens";

export function addCases(view: View, cases: FeatureCollection): void {
  view.addSource("cases", {
    type: "geojson",
    data: cases,
    cluster: true,
    clusterRadius: 44,
    clusterMaxZoom: 15,
    clusterProperties: { late: ["+", ["case", ["boolean", ["get", "overdue"], false], 1, 0]] },
  });
  view.addLayer({
    id: "cases",
    type: "circle",
    source: "cases",
    filter: ["!", ["has", "point_count"]],
    paint: {
      "circle-radius": ["case", ["boolean", ["get", "overdue"], false], 7, 5],
      "circle-color": ["case", ["boolean", ["get", "overdue"], false], token("bad"), token("map-point")],
      "circle-stroke-width": 2,
      "circle-stroke-color": token("map-ground"),
    },
  });
  view.on("click", "cases", (event) => {
    const address = event.features?.[0]?.properties?.url;
    if (address) location.assign(String(address));
  });
  drawClusters(view);
}

function drawClusters(view: View): void {
  let shown = new Map<number, Marker>();
  const draw = () => {
    const next = new Map<number, Marker>();
    for (const feature of view.querySourceFeatures("cases")) {
      const { cluster_id: id, point_count: count, late } = (feature.properties ?? {}) as { cluster_id?: number; point_count?: number; late?: number };
      if (id === undefined || next.has(id)) continue;
      const kept = shown.get(id);
      if (kept) {
        next.set(id, kept);
        continue;
      }
      const element = document.createElement("button");
      element.type = "button";
      element.className = "map-cluster";
      element.textContent = String(count);
      element.setAttribute("aria-label", spoken(count ?? 0, late ?? 0));
      element.classList.toggle("late", Boolean(late));
      const at = (feature.geometry as Point).coordinates as [number, number];
      element.addEventListener("click", async () => {
        const zoom = await (view.getSource("cases") as GeoJSONSource).getClusterExpansionZoom(id);
        view.easeTo({ center: at, zoom: zoom + 0.3 });
      });
      next.set(id, new Marker({ element }).setLngLat(at).addTo(view));
    }
    shown.forEach((marker, id) => next.get(id) === marker || marker.remove());
    shown = next;
  };
  view.on("sourcedata", (event) => event.sourceId === "cases" && event.isSourceLoaded && draw());
  view.on("moveend", draw);
  view.on("idle", draw);
}

function spoken(count: number, late: number): string {
  if (inChinese()) return late ? `${count}件，其中逾期${late}件` : `${count}件`;
  return late ? `${count} cases, ${late} overdue` : `${count} cases`;
}
