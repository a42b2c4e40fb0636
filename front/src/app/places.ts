// A place: where the phone is, a touch on the map, or words chosen from suggestions.
import { fill, whenPresent } from "./pages";
import { loadMap } from "./loading";

export function startPlaces(): void {
  whenPresent<HTMLElement>("[data-place]", (picker) => {
    const part = <E extends HTMLElement>(selector: string) => picker.querySelector<E>(selector);
    const words = part("[data-place-words]");
    const say = (sentence: string | undefined) => words && (words.textContent = sentence ?? "");
    const choose = (longitude: number, latitude: number, source: string) => {
      part<HTMLInputElement>("[data-longitude]")!.value = longitude.toFixed(6);
      part<HTMLInputElement>("[data-latitude]")!.value = latitude.toFixed(6);
      part<HTMLInputElement>("[data-source]")!.value = source;
      picker.dispatchEvent(new CustomEvent("placechosen", { bubbles: true, detail: { longitude, latitude, source } }));
      picker.dispatchEvent(new Event("change", { bubbles: true }));
    };

    part("[data-locate]")?.addEventListener("click", () => {
      if (!navigator.geolocation) return say(picker.dataset.denied);
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          choose(coords.longitude, coords.latitude, "phone");
          say(fill(picker.dataset.found ?? "", { metres: Math.round(coords.accuracy) }));
        },
        () => say(picker.dataset.denied),
        { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 },
      );
    });
    const opener = part("[data-open-map]");
    opener?.addEventListener("click", () => {
      const map = part(".map");
      if (!map) return;
      map.hidden = !map.hidden;
      opener.setAttribute("aria-expanded", String(!map.hidden));
      if (!map.hidden) loadMap();
    });
    picker.addEventListener("mappick", (event) => {
      const { longitude, latitude } = (event as CustomEvent<{ longitude: number; latitude: number }>).detail;
      choose(longitude, latitude, "map");
      say(picker.dataset.picked);
    });
    // A suggestion is a button with its words, and its position when the county knows it.
    picker.addEventListener("click", (event) => {
      const chosen = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-suggestion]") : null;
      const input = part<HTMLInputElement>("input.control");
      if (!chosen || !input) return;
      input.value = chosen.dataset.suggestion ?? "";
      if (chosen.dataset.longitude && chosen.dataset.latitude) {
        choose(Number(chosen.dataset.longitude), Number(chosen.dataset.latitude), "address");
      }
      chosen.parentElement?.replaceChildren();
      input.focus();
    });
  });
}
