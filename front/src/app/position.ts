// Where the phone is, for lists that put what is near first.
import { whenPresent } from "./pages";

/** Whether a page may ask the phone where it is without a question popping up first. */
export async function mayLocate(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: "geolocation" })).state === "granted";
  } catch {
    return false;
  }
}

/** A form that asks for the position when it is sent; about 100 m are near enough for a list, and tell no home. */
export function startNearFirst(): void {
  whenPresent<HTMLFormElement>("form[data-near-first]", (form) => {
    const words = form.querySelector<HTMLElement>("[data-near-words]");
    const say = (sentence = "") => words && (words.textContent = sentence);
    const part = (name: string) => form.querySelector<HTMLInputElement>(`input[name="${name}"]`)!;
    form.addEventListener("submit", (event) => {
      if (part("longitude").value) return;
      event.preventDefault();
      if (!navigator.geolocation) return say(form.dataset.denied);
      say(form.dataset.searching);
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          part("longitude").value = coords.longitude.toFixed(3);
          part("latitude").value = coords.latitude.toFixed(3);
          form.submit();
        },
        () => say(form.dataset.denied),
        { timeout: 10_000, maximumAge: 60_000 },
      );
    });
  });
}
