// Names of areas as HTML: the largest first, none over another, so that no font server is needed.
import type { Feature } from "geojson";
import { Marker, type Map as View } from "maplibre-gl";

import { boxOf, middleOf, type Box } from "./shapes";

type Label = { at: [number, number]; words: string; weight: number; major: boolean; box: Box };

export class AreaLabels {
  private labels: Label[] = [];
  private shown: Marker[] = [];

  constructor(private readonly view: View) {
    view.on("moveend", () => this.draw());
  }

  set(features: Feature[], majors: Feature[] = []): void {
    this.labels = features.flatMap((feature) => {
      const at = middleOf(feature.geometry);
      const words = String(feature.properties?.name ?? "");
      const major = majors.includes(feature) || feature.properties?.level === "town";
      const box = boxOf([feature]);
      return at && box && words ? [{ at, box, words, weight: major ? 1 : 0, major }] : [];
    });
    this.labels.sort((a, b) => b.weight - a.weight);
    this.draw();
  }

  private draw(): void {
    this.shown.forEach((marker) => marker.remove());
    this.shown = [];
    const taken: [number, number, number, number][] = [];
    const { clientWidth: width, clientHeight: height } = this.view.getContainer();
    for (const label of this.labels) {
      if (this.shown.length >= 60) break;
      const { x, y } = this.view.project(label.at);
      if (x < 0 || y < 0 || x > width || y > height) continue;
      // A grid's name waits until its shape is wide enough to hold it.
      const wide = this.view.project([label.box[2], label.box[3]]).x - this.view.project([label.box[0], label.box[1]]).x;
      const half = [...label.words].reduce((sum, letter) => sum + (letter > "\u2e80" ? 7 : 4), 6);
      if (!label.major && wide < half * 1.7) continue;
      const box: [number, number, number, number] = [x - half, y - 11, x + half, y + 11];
      if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
      taken.push(box);
      const element = document.createElement("span");
      element.className = label.major ? "map-label major" : "map-label";
      element.textContent = label.words;
      element.setAttribute("aria-hidden", "true");
      this.shown.push(new Marker({ element }).setLngLat(label.at).addTo(this.view));
    }
  }
}
