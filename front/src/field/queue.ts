// Putting things into the queue, and getting them out: at once, when the network returns, and from the background.
import { announce } from "../app/pages";
import type { Item } from "./kinds";
import { sendAll, type Outcome } from "./sending";
import { everything, keep, newKey, note, onChange, tellPages } from "./store";

type SyncManager = { register(tag: string): Promise<void> };
type Making = Pick<Item, "kind" | "title" | "person"> & Partial<Pick<Item, "matter" | "case" | "move" | "seen" | "facts" | "photos">>;

/** Kept on disk under a key of its own before it says so; then it is tried. */
export async function make(making: Making): Promise<Item> {
  const item: Item = {
    key: newKey(), matter: "", case: "", move: "", seen: 0, facts: {}, photos: [], made_at: new Date().toISOString(), state: "waiting", answer: null, tries: 0, ...making,
  };
  item.seq = await keep(item);
  tellPages();
  void sendSoon();
  return item;
}

export async function sendSoon(): Promise<Outcome> {
  try {
    const registration = await navigator.serviceWorker?.getRegistration("/field/");
    await (registration as unknown as { sync?: SyncManager } | undefined)?.sync?.register("send");
  } catch {
    // No Background Sync here: "online", opening the app and the clock below do it.
  }
  if (!navigator.onLine) return "offline";
  const outcome = await sendAll();
  announce(document, "field:sent", outcome);
  return outcome;
}

/** Everything that can mean "there is a network again" is a reason to try. */
export function startSending(act: () => void): void {
  onChange(act);
  document.addEventListener("field:sent", act);
  window.addEventListener("online", () => (act(), void sendSoon()));
  window.addEventListener("offline", act);
  document.addEventListener("visibilitychange", () => !document.hidden && void sendSoon());
  window.setInterval(async () => {
    if ((await everything()).some((item) => item.state === "waiting")) void sendSoon();
  }, 20_000);
  void sendSoon();
}

type Tally = { waiting: number; undecided: number; others: number; signedOut: boolean };

export async function tally(person: number | undefined): Promise<Tally> {
  const items = await everything();
  const mine = items.filter((item) => person === undefined || item.person === person);
  return {
    waiting: mine.filter((item) => item.state === "waiting").length,
    undecided: mine.filter((item) => item.state === "conflict" || item.state === "refused").length,
    others: items.filter((item) => !mine.includes(item) && item.state !== "done").length,
    signedOut: (await note<boolean>("signed-out")) === true,
  };
}
