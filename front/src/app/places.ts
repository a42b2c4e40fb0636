// A place: where the phone is, a touch on the map, or words chosen from suggestions.
import { fill, whenPresent } from "./pages";
import { loadMap } from "./loading";
import { mayLocate } from "./position";

type Here = { inside: boolean; name?: string };

/** The name of the ground under a point, so that a person can see whether the phone is right. */
async function nameOf(address: string | undefined, longitude: number, latitude: number): Promise<Here | null> {
  if (!address) return null;
  try {
    const answer = await fetch(`${address}?longitude=${longitude.toFixed(6)}&latitude=${latitude.toFixed(6)}`, { headers: { Accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as Here) : null;
  } catch {
    return null;
  }
}

export function startPlaces(): void {
  whenPresent<HTMLElement>("[data-place]", (picker) => {
    const part = <E extends HTMLElement>(selector: string) => picker.querySelector<E>(selector);
    const words = part("[data-place-words]");
    const typed = part<HTMLInputElement>("input.control");
    const say = (sentence: string | undefined) => words && (words.textContent = sentence ?? "");
    const set = (longitude: string, latitude: string, source: string) => {
      part<HTMLInputElement>("[data-longitude]")!.value = longitude;
      part<HTMLInputElement>("[data-latitude]")!.value = latitude;
      part<HTMLInputElement>("[data-source]")!.value = source;
      picker.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const choose = (longitude: number, latitude: number, source: string) => {
      set(longitude.toFixed(6), latitude.toFixed(6), source);
      picker.dispatchEvent(new CustomEvent("placechosen", { bubbles: true, detail: { longitude, latitude, source } }));
    };
    const isChosen = () => Boolean(part<HTMLInputElement>("[data-longitude]")?.value || typed?.value);

    const locate = (source: "phone" | "unasked") => {
      if (!navigator.geolocation) return say(picker.dataset.denied);
      say(picker.dataset.searching);
      navigator.geolocation.getCurrentPosition(
        async ({ coords }) => {
          if (source === "unasked" && isChosen()) return say("");
          const here = await nameOf(picker.dataset.here, coords.longitude, coords.latitude);
          if (here && !here.inside) return say(source === "phone" ? picker.dataset.outside : "");
          choose(coords.longitude, coords.latitude, source);
          const metres = Math.max(1, Math.round(coords.accuracy));
          say(here?.name ? fill(picker.dataset.foundAt ?? "", { metres, place: here.name }) : fill(picker.dataset.found ?? "", { metres }));
        },
        () => say(source === "phone" ? picker.dataset.denied : ""),
        { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 },
      );
    };
    part("[data-locate]")?.addEventListener("click", () => locate("phone"));
    const fresh = () => {
      if (part<HTMLInputElement>("[data-longitude]")?.value) say(picker.dataset.kept);
      else if (picker.hasAttribute("data-eager") && !isChosen()) void mayLocate().then((may) => may && !isChosen() && locate("unasked"));
    };
    const form = picker.closest("form");
    if (form?.dataset.draft) form.addEventListener("draft:ready", fresh, { once: true });
    else fresh();

    const opener = part("[data-open-map]");
    opener?.addEventListener("click", () => {
      const map = part(".map");
      if (!map) return;
      const [longitude, latitude] = ["[data-longitude]", "[data-latitude]"].map((name) => part<HTMLInputElement>(name)?.value);
      if (longitude && latitude) map.dataset.at ??= `${longitude},${latitude}`;
      map.hidden = !map.hidden;
      opener.setAttribute("aria-expanded", String(!map.hidden));
      if (!map.hidden) loadMap();
    });
    picker.addEventListener("mappick", (event) => {
      const { longitude, latitude } = (event as CustomEvent<{ longitude: number; latitude: number }>).detail;
      choose(longitude, latitude, "map");
      say(picker.dataset.picked);
    });
    // A suggestion is a button with its words, and its position when the county knows it; without one the words count.
    picker.addEventListener("click", (event) => {
      const chosen = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-suggestion]") : null;
      if (!chosen || !typed) return;
      typed.value = chosen.dataset.suggestion ?? "";
      const { longitude, latitude } = chosen.dataset;
      if (longitude && latitude) choose(Number(longitude), Number(latitude), "address");
      else set("", "", "");
      say("");
      chosen.parentElement?.replaceChildren();
      typed.focus();
    });
  });
}
