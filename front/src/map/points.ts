// Single cases close up: asked for box by box, taken away again when the view draws back.
import type { GeoJSONSource, Map as View } from "maplibre-gl";

import { fetchShapes } from "./shapes";

const CLOSE = 13;

export function followPoints(view: View, place: HTMLElement): void {
  let asked = "";
  const follow = async (again = false) => {
    const source = view.getSource("cases") as GeoJSONSource | undefined;
    if (!source) return;
    if (view.getZoom() < CLOSE) {
      if (asked) source.setData({ type: "FeatureCollection", features: [] });
      asked = "";
      return;
    }
    const bounds = view.getBounds();
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((side) => side.toFixed(5)).join(",");
    if (box === asked && !again) return;
    asked = box;
    const address = place.dataset.points ?? "";
    const found = await fetchShapes(`${address}${address.includes("?") ? "&" : "?"}box=${box}`);
    if (asked === box) source.setData(found);
  };
  view.on("moveend", () => void follow());
  place.addEventListener("live", () => void follow(true));
  void follow();
}
