// Plain geometry of GeoJSON: how far it reaches and where its name goes.
import type { Feature, FeatureCollection, Geometry, Position } from "geojson";

export type Box = [number, number, number, number];

function positions(geometry: Geometry): Position[] {
  if (geometry.type === "Point") return [geometry.coordinates];
  if (geometry.type === "Polygon") return geometry.coordinates[0] ?? [];
  if (geometry.type === "MultiPolygon") return geometry.coordinates.flatMap((part) => part[0] ?? []);
  return [];
}

export function boxOf(features: Feature[]): Box | null {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const feature of features) {
    for (const [x = 0, y = 0] of positions(feature.geometry)) {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
  }
  return Number.isFinite(box[0]) ? box : null;
}

/** The middle of the largest ring, weighted by area, so that a name sits inside its shape. */
export function middleOf(geometry: Geometry): [number, number] | null {
  const rings = geometry.type === "MultiPolygon" ? geometry.coordinates.map((part) => part[0] ?? []) : [positions(geometry)];
  let best: [number, number] | null = null;
  let largest = 0;
  for (const ring of rings) {
    let [area, x, y] = [0, 0, 0];
    for (let at = 0; at < ring.length - 1; at++) {
      const [x0 = 0, y0 = 0] = ring[at]!;
      const [x1 = 0, y1 = 0] = ring[at + 1]!;
      const cross = x0 * y1 - x1 * y0;
      area += cross;
      x += (x0 + x1) * cross;
      y += (y0 + y1) * cross;
    }
    if (Math.abs(area) > largest) {
      largest = Math.abs(area);
      best = [x / (3 * area), y / (3 * area)];
    }
  }
  return best;
}

export async function fetchShapes(address: string | undefined): Promise<FeatureCollection> {
  const none: FeatureCollection = { type: "FeatureCollection", features: [] };
  if (!address) return none;
  const answer = await fetch(address, { headers: { Accept: "application/geo+json, application/json" } });
  return answer.ok ? ((await answer.json()) as FeatureCollection) : none;
}

/** {"values": {area: [open, overdue, the area a click leads to]}, "outlines": [areas]}: numbers apart from the shapes, so that shapes stay in the browser's cache. */
type Values = { values: Record<string, [number, number, number]>; outlines: number[] };

export async function fetchValues(address: string): Promise<Values | null> {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  return answer.ok ? ((await answer.json()) as Values) : null;
}

/** The shapes that have a value, coloured by it; the others lie outside what is shown. */
export function withValues(shapes: FeatureCollection, values: Values, place: HTMLElement): FeatureCollection {
  const by = place.dataset.shade === "overdue" ? 1 : 0;
  const features = shapes.features.flatMap((feature) => {
    const value = values.values[String(feature.id)];
    if (!value) return [];
    const words = (place.dataset.words ?? "").replace("{open}", String(value[0])).replace("{overdue}", String(value[1]));
    const url = `${place.dataset.open ?? ""}${value[2]}`;
    return [{ ...feature, properties: { ...feature.properties, area: feature.id, value: value[by], words, url } }];
  });
  return { type: "FeatureCollection", features };
}
