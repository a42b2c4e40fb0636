// The cockpit stays current: once the journal's news have been counted, its figures, lists and map are fetched anew.
import { announce } from "../app/pages";

const COUNTED = 1500; // the worker has counted an entry by then
let timer = 0;

document.addEventListener("gridloop:live", (event) => {
  const { topics } = (event as CustomEvent<{ topics?: string[] }>).detail ?? {};
  if (topics && !topics.includes("cockpit")) return;
  // News that come while waiting ride along: a busy county is fetched once each time, never starved.
  timer ||= window.setTimeout(refresh, COUNTED);
});

function refresh(): void {
  timer = 0;
  if (document.hidden) return;
  announce(document.body, "cockpit");
  document.querySelectorAll<HTMLElement>("[data-map][data-values]").forEach((map) => announce(map, "live"));
}

document.addEventListener("visibilitychange", () => !document.hidden && refresh());
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-submit-on-change]")) {
  form.dataset.ready = "yes";
  form.addEventListener("change", () => form.requestSubmit());
}
