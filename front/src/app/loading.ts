// Maps and charts are heavy: their scripts come only on pages that show one.
import { whenPresent } from "./pages";

const asked = new Set<string>();

function fetchScript(address: string | undefined): void {
  if (!address || asked.has(address)) return;
  asked.add(address);
  const script = document.createElement("script");
  script.src = address;
  document.head.append(script);
}

export function loadMap(): void {
  const { mapScript, mapStyle } = document.body.dataset;
  if (mapStyle && !asked.has(mapStyle)) {
    asked.add(mapStyle);
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = mapStyle;
    document.head.prepend(style);
  }
  fetchScript(mapScript);
}

export function loadWhenNeeded(): void {
  whenPresent("[data-map]:not([hidden])", loadMap);
  // A map in a fold is drawn when the fold opens.
  document.addEventListener("toggle", (event) => {
    const fold = event.target instanceof HTMLDetailsElement && event.target.open ? event.target : null;
    const map = fold?.querySelector<HTMLElement>("[data-map][hidden]");
    if (!map) return;
    map.hidden = false;
    loadMap();
  }, true);
  whenPresent("[data-chart]", () => fetchScript(document.body.dataset.chartScript));
}
