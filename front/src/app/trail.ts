// From a list into what it lists and back: the neighbours without going back, and back to the same row of the same list.
import { standOn } from "./keyboard";
import { fill, here, whenPresent } from "./pages";

const KEPT = "trail";
const ONWARD = "onward";
type Trail = { back: string; links: string[]; at: string };

function read(): Trail | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Trail | null;
  } catch {
    return null;
  }
}

function keep(trail: Trail): void {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(trail));
  } catch {
    // Without a store there are no neighbours; every page still works.
  }
}

const leads = (link: Element): string => link.getAttribute("href") ?? "";

/** Remembered at the moment of opening: a list that stays current has other rows a minute later. */
function note(event: Event): void {
  const link = event.target instanceof Element ? event.target.closest("table[data-rows] a[data-open]") : null;
  const table = link?.closest("table");
  if (!link || !table) return;
  keep({ back: here(), links: [...table.querySelectorAll("a[data-open]")].map(leads), at: leads(link) });
}

export function startTrail(): void {
  document.addEventListener("click", note, true);
  const trail = read();
  const at = trail?.links.indexOf(location.pathname) ?? -1;
  if (trail && at >= 0) keep({ ...trail, at: location.pathname });

  const row = trail && trail.back === here() && document.querySelector(`table[data-rows] a[data-open][href="${CSS.escape(trail.at)}"]`)?.closest("tr");
  if (row) standOn(row, document.activeElement === document.body);

  whenPresent<HTMLElement>("[data-trail]", (nav) => {
    if (!trail || at < 0) return;
    const lead = (selector: string, to: string | undefined) => {
      const link = nav.querySelector<HTMLAnchorElement>(selector);
      if (to) link?.setAttribute("href", to);
      link?.toggleAttribute("aria-disabled", !to);
    };
    lead("[data-trail-previous]", trail.links[at - 1]);
    lead("[data-trail-next]", trail.links[at + 1]);
    const words = nav.querySelector<HTMLElement>("[data-trail-words]");
    if (words) words.textContent = fill(words.dataset.trailWords ?? "", { at: at + 1, all: trail.links.length });
    nav.hidden = false;
  });
  whenPresent<HTMLAnchorElement>("a[data-trail-back]", (link) => trail && at >= 0 && link.setAttribute("href", trail.back));

  // A form can lead on to the next one instead of back to the same; who wants that says so once.
  whenPresent<HTMLElement>("[data-onward]", (choice) => {
    const box = choice.querySelector<HTMLInputElement>("input");
    const next = trail?.links[at + 1];
    if (!box || at < 0 || !next) return;
    box.value = next;
    box.checked = localStorage.getItem(ONWARD) === "yes";
    box.addEventListener("change", () => localStorage.setItem(ONWARD, box.checked ? "yes" : "no"));
    choice.hidden = false;
  });
}
