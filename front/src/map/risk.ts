// Areas in four colours, each with a texture and a letter of its own, so that the colour is never the only sign.
import type { Feature, FeatureCollection } from "geojson";
import type { ExpressionSpecification, GeoJSONSource, Map as View } from "maplibre-gl";

import { middleOf } from "./shapes";
import { token } from "./tokens";

// data-colours: an address that answers {"values": {area: [rank, score, reason]}}; ranks 0 blue ... 3 red.
// data-titles, data-letters: the words and letters of the ranks; data-reasons: the words of the reasons; data-open: where a touch leads.
type Standings = { values: Record<string, [number, number, number]> };

export async function fetchStandings(address: string): Promise<Standings | null> {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  return answer.ok ? ((await answer.json()) as Standings) : null;
}

const listed = (text: string | undefined): string[] => (text ?? "").split("|");

/** The shapes that have a colour; the others lie outside what the viewer may see. */
export function withStandings(shapes: FeatureCollection, found: Standings, place: HTMLElement): FeatureCollection {
  const [titles, reasons] = [listed(place.dataset.titles), listed(place.dataset.reasons)];
  const features = shapes.features.flatMap((feature) => {
    const standing = found.values[String(feature.id)];
    if (!standing) return [];
    const [colour, score, reason] = standing;
    const words = [titles[colour], score.toFixed(1), reasons[reason]].filter(Boolean).join(" · ");
    const url = place.dataset.open ? `${place.dataset.open}${String(feature.id)}/` : undefined;
    return [{ ...feature, properties: { ...feature.properties, area: feature.id, colour, words, url } }];
  });
  return { type: "FeatureCollection", features };
}

export function riskColours(): ExpressionSpecification {
  return ["match", ["get", "colour"], 3, token("risk-3"), 2, token("risk-2"), 1, token("risk-1"), token("risk-0")];
}

/** Dots for yellow, slanting lines for orange, crossed lines for red; blue stays plain. */
function texture(rank: number): ImageData {
  const side = 16;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d")!;
  pen.strokeStyle = pen.fillStyle = token("risk-texture");
  pen.lineWidth = rank === 3 ? 2.4 : 2;
  if (rank === 1) {
    for (const [x, y] of [[4, 4], [12, 12]] as const) {
      pen.beginPath();
      pen.arc(x, y, 1.7, 0, 7);
      pen.fill();
    }
  }
  const slant = (up: boolean) => {
    for (const shift of [-side, 0, side]) {
      pen.beginPath();
      pen.moveTo(shift - 2, up ? side + 2 : -2);
      pen.lineTo(shift + side + 2, up ? -2 : side + 2);
      pen.stroke();
    }
  };
  if (rank >= 2) slant(true);
  if (rank === 3) slant(false);
  return pen.getImageData(0, 0, side, side);
}

/** A letter on a small disc, for orange and red from afar and for all from near. */
function letter(rank: number, words: string): ImageData {
  const side = 40;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d")!;
  pen.fillStyle = token("sheet");
  pen.strokeStyle = token(`risk-${rank}`);
  pen.lineWidth = 4;
  pen.beginPath();
  pen.arc(side / 2, side / 2, side / 2 - 3, 0, 7);
  pen.fill();
  pen.stroke();
  pen.fillStyle = token("ink");
  pen.font = `600 20px ${getComputedStyle(document.body).fontFamily}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(words, side / 2, side / 2 + 1);
  return pen.getImageData(0, 0, side, side);
}

const middles = (grids: FeatureCollection): FeatureCollection => ({
  type: "FeatureCollection",
  features: grids.features.flatMap((feature): Feature[] => {
    const at = middleOf(feature.geometry);
    return at ? [{ type: "Feature", properties: feature.properties, geometry: { type: "Point", coordinates: at } }] : [];
  }),
});

export function addTextures(view: View, place: HTMLElement, grids: FeatureCollection): void {
  const letters = listed(place.dataset.letters);
  for (const rank of [0, 1, 2, 3]) {
    if (rank) view.addImage(`texture-${rank}`, texture(rank), { pixelRatio: 2 });
    view.addImage(`letter-${rank}`, letter(rank, letters[rank] ?? ""), { pixelRatio: 2 });
  }
  view.addLayer(
    {
      id: "textures",
      type: "fill",
      source: "grids",
      filter: [">", ["get", "colour"], 0],
      paint: { "fill-pattern": ["concat", "texture-", ["to-string", ["get", "colour"]]] },
    },
    "grid-lines",
  );
  view.addSource("middles", { type: "geojson", data: middles(grids) });
  const many = grids.features.length > 400;
  view.addLayer({
    id: "letters",
    type: "symbol",
    source: "middles",
    filter: ["any", [">=", ["get", "colour"], many ? 3 : 0], [">=", ["zoom"], 13]],
    layout: {
      "icon-image": ["concat", "letter-", ["to-string", ["get", "colour"]]],
      "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.75, 13, 1.1],
      "symbol-sort-key": ["-", 0, ["get", "colour"]],
      "icon-padding": 1,
    },
  });
}

export function refreshRisk(view: View, grids: FeatureCollection): void {
  (view.getSource("middles") as GeoJSONSource | undefined)?.setData(middles(grids));
}
