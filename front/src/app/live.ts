// Pages stay current: one event stream a page; a message names topics, and parts that listen fetch themselves anew.
import { announce } from "./pages";

// <section data-live="case:12 worklist" hx-get="..." hx-trigger="live">: refreshed when a message names its topic.
// A message is {"topics": ["case:12"], ...}; without topics every listening part is refreshed.
type Message = { topics?: string[]; [name: string]: unknown };

const SETTLE = 300;
const waiting = new Map<HTMLElement, Message>();
let timer = 0;

function refresh(): void {
  timer = 0;
  if (document.hidden) return;
  for (const [part, message] of waiting) if (part.isConnected) announce(part, "live", message);
  waiting.clear();
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
  for (const part of document.querySelectorAll<HTMLElement>("[data-live]:not([data-live-state])")) {
    // Nobody's half-written words are replaced under their hands.
    if (part.contains(document.activeElement) && document.activeElement?.matches("input, textarea, select")) continue;
    if (hears(part, message.topics)) waiting.set(part, message);
  }
  if (!timer) timer = window.setTimeout(refresh, SETTLE);
}

function showState(lost: boolean): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-live-state]")) {
    element.classList.toggle("lost", lost);
    const words = element.querySelector("span");
    if (words) words.textContent = (lost ? element.dataset.lost : element.dataset.live) ?? "";
  }
}

export function startLive(): void {
  const address = document.body.dataset.liveUrl;
  if (!address) return;
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
  window.addEventListener("pagehide", () => stream?.close());
  window.addEventListener("pageshow", (event) => event.persisted && !stream && open());
}
