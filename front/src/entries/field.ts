// The grid worker's pages: drawn from what the phone keeps, sent from its queue, current while there is a network.
import { markOf, returnTo } from "../app/focus";
import { announce } from "../app/pages";
import { mayLocate } from "../app/position";
import { drawCase } from "../field/case";
import { notice, say, useWords } from "../field/drawing";
import { fetchData, keptData, type Kept } from "../field/keeping";
import { drawPatrol } from "../field/patrol";
import { lastPosition, takePosition } from "../field/place";
import { startSending, tally } from "../field/queue";
import { drawSnap } from "../field/snap";
import { everything, forgetOldSent } from "../field/store";
import { banner, card, drawToday, sorted, type View } from "../field/today";
import { drawWaiting } from "../field/waiting";

const root = document.querySelector<HTMLElement>("[data-field]");
const screen = root?.querySelector<HTMLElement>("[data-screen]");
const page = root?.dataset.field ?? "";
const number = page === "case" ? decodeURIComponent(location.pathname.split("/")[3] ?? "") : "";
const served = page === "case" && Boolean(screen?.querySelector("h1"));

let kept: Kept | null = null;
let drawnForm = "";
let wasDrawn = false;

async function draw(): Promise<void> {
  if (!root || !screen) return;
  if (kept) useWords(kept.data.words);
  const counted = await tally(kept?.data.person);
  showBadge(counted.waiting, counted.undecided);
  if (!kept) return;
  const place = document.querySelector(".field-title span");
  if (place && !place.textContent) place.textContent = kept.data.place;
  root.querySelector("[data-banner]")?.replaceChildren(...banner(counted, root.dataset.signIn ?? "/account/sign-in/", page));
  const view: View = { ...kept, items: await everything(), position: await lastPosition(), redraw: () => (void (drawnForm = ""), void draw()) };
  // Nobody's half-filled form is drawn anew under their hands.
  const form = `${page}${location.hash}`;
  if ((drawnForm === form && screen.querySelector("form")) || screen.querySelector("[data-asking]")) return;
  const parts = await drawPage(view);
  if (!parts && wasDrawn) return location.reload(); // it is no longer this phone's to work on: the server says how it stands
  if (!parts) {
    // A case the server has drawn and nobody here has to work on.
    screen.querySelector("[data-nothing-to-do]")?.removeAttribute("hidden");
    return;
  }
  const left = screen.contains(document.activeElement) ? markOf(document.activeElement) : "";
  screen.replaceChildren(...parts);
  returnTo(left, screen);
  wasDrawn = true;
  drawnForm = form;
  announce(document, "htmx:load", { elt: screen });
}

async function drawPage(view: View): Promise<Node[] | null> {
  if (page === "today") return drawToday(view);
  if (page === "case") return drawCase(view.data.cases.find((matter) => matter.number === number), view, served);
  if (page === "snap") return drawSnap(view);
  if (page === "patrol") return drawPatrol(view);
  if (page === "waiting") return drawWaiting(view);
  if (page === "map") drawNear(view);
  return null;
}

/** Beside the map the nearest cases as a list: the map alone is nothing for a screen reader or a phone without WebGL. */
function drawNear(view: View): void {
  const near = document.createElement("ul");
  near.className = "case-cards";
  near.append(...sorted(view.data.cases, view.position).slice(0, 5).map((matter) => card(matter, view)));
  screen?.querySelector("[data-near]")?.replaceChildren(near);
}

function showBadge(waiting: number, undecided: number): void {
  const badge = document.querySelector<HTMLElement>("[data-offline-badge]");
  const words = badge?.querySelector("[data-offline-words]");
  if (!badge || !words) return;
  const off = !navigator.onLine;
  badge.classList.toggle("shown", off || waiting > 0 || undecided > 0);
  badge.classList.toggle("undecided", undecided > 0);
  const count = waiting ? (badge.dataset.waiting ?? "").replace("{count}", String(waiting)) : undecided ? say("to_decide", { count: undecided }) : "";
  words.textContent = [off ? badge.dataset.offline : "", count].filter(Boolean).join(" · ");
  if (!badge.dataset.opens) {
    badge.dataset.opens = "yes";
    badge.tabIndex = 0;
    badge.addEventListener("click", () => location.assign("/field/waiting/"));
    badge.addEventListener("keydown", (event) => event.key === "Enter" && location.assign("/field/waiting/"));
  }
}

async function refresh(): Promise<void> {
  const fresh = await fetchData();
  if (fresh === "signed-out") {
    if (kept && page !== "waiting") kept = { ...kept, data: { ...kept.data, cases: [] } };
  } else if (fresh) kept = fresh;
  await draw();
  if (fresh && fresh !== "signed-out") tellWorker(fresh);
}

/** The service worker keeps the frames of the pages in this language, and the photos of today's cases. */
function tellWorker(fresh: Kept): void {
  const photos = fresh.data.cases.flatMap((matter) => matter.photos);
  const frames = `${root?.dataset.version}:${fresh.data.language}:${fresh.data.person}`;
  void navigator.serviceWorker?.ready.then((registration) => registration.active?.postMessage({ frames, photos }));
}

let soon = 0;
const refreshSoon = () => {
  window.clearTimeout(soon);
  soon = window.setTimeout(() => void refresh(), 400);
};

async function start(): Promise<void> {
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/field/sw.js", { scope: "/field/" }).catch(() => null);
  }
  const at = new URLSearchParams(location.search).get("at");
  const map = screen?.querySelector<HTMLElement>("[data-map]");
  if (at && map) map.dataset.at = at;
  kept = await keptData();
  await draw();
  await forgetOldSent();
  startSending(() => void draw());
  document.addEventListener("field:sent", (event) => (event as CustomEvent).detail === "sent" && refreshSoon());
  document.addEventListener("gridloop:live", refreshSoon);
  window.addEventListener("online", refreshSoon);
  window.addEventListener("hashchange", () => void draw());
  window.addEventListener("pageshow", (event) => event.persisted && refreshSoon());
  await refresh();
  if (!kept && screen && !screen.childElementCount && !navigator.onLine) screen.replaceChildren(notice("information", document.querySelector<HTMLElement>("[data-offline-badge]")?.dataset.offline ?? ""));
  if (await mayLocate()) {
    if (await takePosition()) await draw();
  }
}

void start();
