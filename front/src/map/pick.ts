// Choosing a point: the map moves under a fixed pin, so that a thumb or the arrow keys are enough.
import type { Map as View } from "maplibre-gl";

import { drawIcon } from "../app/pages";

export function addPick(view: View, place: HTMLElement): void {
  const cross = document.createElement("div");
  cross.className = "map-cross";
  cross.append(drawIcon("pin"));
  place.append(cross);
  let touched = false;
  view.on("click", (event) => view.easeTo({ center: event.lngLat }));
  view.on("movestart", () => (touched = touched || document.activeElement === view.getCanvas() || view.isMoving()));
  view.on("moveend", () => {
    if (!touched) return;
    const { lng, lat } = view.getCenter();
    place.dispatchEvent(new CustomEvent("mappick", { bubbles: true, detail: { longitude: lng, latitude: lat } }));
  });
}
