// Sends what waits, in order, one at a time and each once; the same code runs in pages and in the service worker.
import type { Answer, Item } from "./kinds";
import { change, everything, tellPages, writeNote } from "./store";

export type Outcome = "empty" | "sent" | "offline" | "signed-out" | "trouble";
type Pass = { person: number; token: string; skew: number };

const PATIENCE = 90_000;

async function ask(address: string, options: RequestInit = {}): Promise<Response | null> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    return await fetch(address, { credentials: "same-origin", redirect: "manual", ...options, signal: stop.signal });
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** Who is signed in, a token for sending, and how wrong this phone's clock is (seconds to add to it). */
async function fetchPass(): Promise<Pass | "offline" | "signed-out"> {
  const before = Date.now();
  const answer = await ask("/field/pass.json", { cache: "no-store" });
  if (!answer) return "offline";
  if (answer.status === 401 || answer.type === "opaqueredirect") return "signed-out";
  if (!answer.ok) return "offline";
  const told = (await answer.json()) as { person: number; token: string; server_time: string };
  const skew = Math.round((Date.parse(told.server_time) - (before + Date.now()) / 2) / 1000);
  await writeNote("skew", skew);
  return { person: told.person, token: told.token, skew };
}

function pack(item: Item, pass: Pass): FormData {
  const form = new FormData();
  const { key, kind, made_at, move, seen, facts } = item;
  form.append("items", JSON.stringify([{ key, kind, made_at, case: item.case, move, seen, facts, skew: pass.skew, sent_at: new Date().toISOString() }]));
  for (const photo of item.photos) form.append(`${key}:${photo.need}`, new Blob([photo.bytes], { type: photo.type }), photo.name);
  return form;
}

async function sendOne(item: Item, pass: Pass): Promise<Answer | Outcome> {
  const answer = await ask("/field/sync/", {
    method: "POST",
    body: pack(item, pass),
    headers: { "X-CSRFToken": pass.token, Accept: "application/json" },
  });
  if (!answer) return "offline";
  if (answer.status === 401) return "signed-out";
  if (answer.status >= 500 || answer.status === 429 || answer.status === 403) return "trouble";
  try {
    const told = (await answer.json()) as { answers?: Answer[]; words?: string };
    if (told.answers?.[0]) return told.answers[0];
    return { state: "refused", words: told.words, code: "not_read" };
  } catch {
    return answer.ok ? "trouble" : { state: "refused", code: "not_read" };
  }
}

async function settle(item: Item, answer: Answer): Promise<void> {
  item.answer = answer;
  if (answer.state === "later") item.tries += 1;
  else item.state = answer.state;
  if (answer.state === "done") {
    // Once it has arrived the phone keeps only that it did.
    Object.assign(item, { photos: [], facts: {}, case: item.case || (answer.number ?? ""), done_at: new Date().toISOString() });
  }
  await change(item);
  tellPages();
}

async function sendInOrder(): Promise<Outcome> {
  let pass: Pass | null = null;
  let outcome: Outcome = "empty";
  let last = -1;
  const held = new Set<string>();
  for (;;) {
    // Read anew each time: things may be added while we send.
    const item = (await everything()).find((one) => one.seq! > last && one.state !== "done");
    if (!item) break;
    last = item.seq!;
    const about = item.case || item.key;
    if (item.state !== "waiting") held.add(about);
    if (held.has(about)) continue; // what follows an undecided one waits with it
    if (!pass) {
      const found = await fetchPass();
      if (found === "signed-out") await writeNote("signed-out", true);
      if (typeof found === "string") return found;
      await writeNote("signed-out", false);
      pass = found;
    }
    if (item.person !== pass.person) continue;
    const answer = await sendOne(item, pass);
    if (typeof answer === "string") {
      if (answer === "signed-out") await writeNote("signed-out", true);
      if (answer === "trouble" && ++item.tries) await change(item);
      return answer;
    }
    if (answer.state !== "done") held.add(about);
    await settle(item, answer);
    outcome = "sent";
  }
  return outcome;
}

let running: Promise<Outcome> | null = null;
let next: Promise<Outcome> | null = null;

/** One sender at a time among all pages and the service worker; where a browser has no locks the server still takes each key once. */
export function sendAll(): Promise<Outcome> {
  if (running) {
    // What was added after the running one last looked is sent right behind it.
    next ??= running.catch(() => "trouble").then(() => {
      next = null;
      return sendAll();
    });
    return next;
  }
  running = (navigator.locks ? navigator.locks.request("gridloop-field-send", sendInOrder) : sendInOrder()).finally(() => (running = null));
  return running;
}
