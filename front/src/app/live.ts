// Pages stay current: those at work hear of changes through one event stream a page, residents' phones ask now and then.
import { announce } from "./pages";

// <section data-live="case:12 worklist" hx-get="..." hx-trigger="live">: refreshed when a message names its topic.
// <section data-ask="30" hx-get="...?seen=7" hx-trigger="live">: asks every 30 seconds instead and holds no line open; the
// server answers 204 while nothing has changed.
// A message is {"topics": ["case:12"], ...}; without topics every listening part is refreshed.
type Message = { topics?: string[]; [name: string]: unknown };
type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const SETTLE = 300;
const LISTENING = "[data-live]:not([data-live-state])";
const waiting = new Map<HTMLElement, Message>();
let timer = 0;

function isFilled(control: Control): boolean {
  if (control instanceof HTMLSelectElement) return [...control.options].some((one) => one.selected !== one.defaultSelected);
  if (control instanceof HTMLTextAreaElement) return control.value !== control.defaultValue;
  if (/^(checkbox|radio)$/.test(control.type)) return control.checked !== control.defaultChecked;
  return control.type !== "hidden" && control.value !== control.defaultValue;
}

/** Nobody's half-written words are replaced under their hands; the part is drawn anew once they are sent. */
function isWrittenIn(part: HTMLElement): boolean {
  const elsewhere = part.getAttribute("hx-target");
  const target = (elsewhere?.startsWith("#") && document.querySelector<HTMLElement>(elsewhere)) || part;
  const busy = document.activeElement?.matches("input:not([data-select]), textarea, select") && target.contains(document.activeElement);
  return busy || [...target.querySelectorAll<Control>("form[method=post] :is(input, textarea, select)")].some(isFilled);
}

function refresh(): void {
  timer = 0;
  if (document.hidden) return;
  let held = false;
  for (const [part, message] of waiting) {
    if (part.isConnected && (isWrittenIn(part) || isChosenFrom(part))) {
      held ||= isChosenFrom(part);
      continue;
    }
    waiting.delete(part);
    if (part.isConnected) announce(part, "live", message);
  }
  document.querySelectorAll<HTMLElement>("[data-live-news]").forEach((news) => (news.hidden = !held));
}

/** A list in which rows are chosen stands still: what somebody is about to do must not change under their hands. */
function isChosenFrom(part: HTMLElement): boolean {
  return part.querySelector("input[data-select]:checked") !== null;
}

function refreshSoon(): void {
  timer ||= window.setTimeout(refresh, SETTLE);
}

function hears(part: HTMLElement, topics: string[] | undefined): boolean {
  const own = (part.dataset.live ?? "").split(/\s+/).filter(Boolean);
  return !topics || own.length === 0 || topics.some((topic) => own.includes(topic) || own.includes(topic.split(":")[0]!));
}

function receive(data: string): void {
  let message: Message;
  try {
    message = JSON.parse(data) as Message;
  } catch {
    return;
  }
  announce(document, "gridloop:live", message);
  for (const part of document.querySelectorAll<HTMLElement>(LISTENING)) if (hears(part, message.topics)) waiting.set(part, message);
  refreshSoon();
}

function showState(lost: boolean): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-live-state]")) {
    element.classList.toggle("lost", lost);
    const words = element.querySelector("span");
    if (words) words.textContent = (lost ? element.dataset.lost : element.dataset.live) ?? "";
  }
}

function askNow(): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-ask]")) waiting.set(part, {});
  refreshSoon();
}

/** Parts that ask: at their pace while somebody looks, and at once when the phone is taken out of the pocket again. */
function startAsking(): void {
  const paces = [...document.querySelectorAll<HTMLElement>("[data-ask]")].map((part) => Number(part.dataset.ask));
  if (!paces.length) return;
  window.setInterval(() => document.hidden || askNow(), Math.min(...paces) * 1000);
  document.addEventListener("visibilitychange", () => document.hidden || askNow());
  window.addEventListener("online", askNow);
  window.addEventListener("pageshow", (event) => event.persisted && askNow());
}

export function startLive(): void {
  document.addEventListener("focusout", () => waiting.size && refreshSoon());
  startAsking();
  const address = document.body.dataset.liveUrl;
  // A line costs the server a thread: only a page with something that listens holds one.
  if (!address || !document.querySelector("[data-live]")) return;
  let stream: EventSource | null = null;
  let pause = 1000;
  const open = () => {
    stream = new EventSource(address);
    stream.onopen = () => {
      // After a gap everything may have changed.
      if (pause > 1000) receive("{}");
      pause = 1000;
      showState(false);
    };
    stream.onmessage = (event) => receive(String(event.data));
    stream.onerror = () => {
      showState(true);
      stream?.close();
      stream = null;
      pause = Math.min(pause * 2, 30_000);
      window.setTimeout(open, pause * (0.7 + Math.random() * 0.6));
    };
  };
  open();
  document.addEventListener("visibilitychange", () => !document.hidden && waiting.size && refresh());
  // What was held back comes as soon as nothing is chosen any more; who does not want to wait asks for it.
  document.addEventListener("selection", () => waiting.size && refresh());
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-live-news]")) return;
    document.querySelectorAll<HTMLInputElement>("input[data-select]:checked").forEach((box) => (box.checked = false));
    announce(document, "selection");
  });
  window.addEventListener("pagehide", () => stream?.close());
  window.addEventListener("pageshow", (event) => event.persisted && !stream && open());
}
