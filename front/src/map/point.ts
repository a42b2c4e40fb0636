// Where one thing is: a pin that stays on its spot while the map moves.
import { Marker, type Map as View } from "maplibre-gl";

import { drawIcon } from "../app/pages";

export function addPoint(view: View, place: HTMLElement): void {
  const [x, y] = (place.dataset.at ?? "").split(",").map(Number);
  if (!x || !y) return;
  const pin = document.createElement("div");
  pin.className = "map-pin";
  pin.append(drawIcon("pin"));
  new Marker({ element: pin, anchor: "bottom" }).setLngLat([x, y]).addTo(view);
}
