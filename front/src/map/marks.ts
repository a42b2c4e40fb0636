// Layers of points that a box beside the map switches on: fetched when first wanted, each with a shape of its own.
import type { Map as View, GeoJSONSource } from "maplibre-gl";

import { fetchShapes } from "./shapes";
import { token } from "./tokens";

// <input type="checkbox" data-map-marks="/address" data-shape="triangle|diamond|square" data-colour="bad">
function drawn(shape: string, colour: string): ImageData {
  const side = 36;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d")!;
  pen.fillStyle = token(colour);
  pen.strokeStyle = token("map-ground");
  pen.lineWidth = 3;
  const corners: Record<string, [number, number][]> = {
    triangle: [[18, 4], [33, 31], [3, 31]],
    diamond: [[18, 3], [33, 18], [18, 33], [3, 18]],
    square: [[6, 6], [30, 6], [30, 30], [6, 30]],
  };
  pen.beginPath();
  for (const [x, y] of corners[shape] ?? corners.square!) pen.lineTo(x, y);
  pen.closePath();
  pen.fill();
  pen.stroke();
  return pen.getImageData(0, 0, side, side);
}

export function addMarks(view: View, place: HTMLElement): void {
  for (const box of document.querySelectorAll<HTMLInputElement>("input[data-map-marks]")) {
    const address = box.dataset.mapMarks ?? "";
    const name = `marks-${box.name}`;
    const show = async () => {
      if (!box.checked) {
        if (view.getLayer(name)) view.setLayoutProperty(name, "visibility", "none");
        return;
      }
      const points = await fetchShapes(address);
      if (view.getSource(name)) {
        (view.getSource(name) as GeoJSONSource).setData(points);
        view.setLayoutProperty(name, "visibility", "visible");
        return;
      }
      view.addImage(name, drawn(box.dataset.shape ?? "square", box.dataset.colour ?? "map-point"), { pixelRatio: 2 });
      view.addSource(name, { type: "geojson", data: points });
      view.addLayer({ id: name, type: "symbol", source: name, layout: { "icon-image": name, "icon-allow-overlap": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.55, 14, 1] } });
      view.on("click", name, (event) => {
        const url = event.features?.[0]?.properties?.url;
        if (!url) return;
        event.originalEvent.stopPropagation();
        location.assign(String(url));
      });
    };
    box.addEventListener("change", () => void show());
    place.addEventListener("live", () => box.checked && void show());
    void show();
  }
}
