// The service worker of the field app: keeps the frames of the pages and their files, and sends what waits when the network returns.
import { SHELF } from "../field/keeping";
import { sendAll } from "../field/sending";

type Lasting = Event & { waitUntil(work: Promise<unknown>): void };
type Kept = { version: string; assets: string[]; pages: string[] };
declare const self: ServiceWorkerGlobalScope & { kept: Kept };

const FRAMES = "gridloop-field-frames";
const PHOTOS = "gridloop-field-photos";
const PLACES = "gridloop-field-map";
const files = `gridloop-field-files-${self.kept.version}`;
const PATIENCE = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(files).then(async (shelf) => {
      await Promise.all(self.kept.assets.map(async (address) => {
        const answer = await fetch(address, { cache: "reload" });
        if (answer.ok) await shelf.put(address, answer);
      }));
      await self.skipWaiting();
    }),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      await self.clients.claim();
      // The frames that are kept name the files they were drawn with: those go when the frames are new.
      if (await keepFrames("")) for (const name of await caches.keys()) if (name.startsWith("gridloop-field-files-") && name !== files) await caches.delete(name);
    })(),
  );
});

/** The frames without any case in them; in the language of the person who is signed in. */
async function keepFrames(name: string): Promise<boolean> {
  const shelf = await caches.open(FRAMES);
  const known = await shelf.match("/field/frames-of");
  if (name && known && (await known.text()) === name) return true;
  for (const address of self.kept.pages) {
    try {
      const answer = await fetch(`${address}?shell`, { credentials: "same-origin", cache: "no-store" });
      if (!answer.ok || answer.redirected) return false;
      await shelf.put(address, answer);
    } catch {
      return false;
    }
  }
  if (name) await shelf.put("/field/frames-of", new Response(name));
  return true;
}

async function keepPhotos(addresses: string[]): Promise<void> {
  const shelf = await caches.open(PHOTOS);
  const wanted = new Set(addresses.map((address) => new URL(address, self.location.origin).href));
  for (const request of await shelf.keys()) if (!wanted.has(request.url)) await shelf.delete(request);
  for (const address of wanted) {
    if (await shelf.match(address)) continue;
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) await shelf.put(address, answer);
    } catch {
      return;
    }
  }
}

self.addEventListener("message", (event) => {
  const { frames, photos } = (event.data ?? {}) as { frames?: string; photos?: string[] };
  if (frames) event.waitUntil(Promise.all([keepFrames(frames), keepPhotos(photos ?? [])]));
});

/** The network if it answers soon; else what is kept; else the network however long it takes. */
async function networkFirst(request: Request, kept: () => Promise<Response | undefined>, keep?: (answer: Response) => Promise<void>): Promise<Response> {
  const asked = fetch(request).then(async (answer) => {
    if (answer.ok && keep) await keep(answer.clone());
    return answer;
  });
  const late = new Promise<"late">((done) => setTimeout(() => done("late"), PATIENCE));
  try {
    const first = await Promise.race([asked, late]);
    if (first !== "late") return first;
    asked.catch(() => null);
    return (await kept()) ?? (await asked);
  } catch {
    return (await kept()) ?? Response.error();
  }
}

async function frameFor(path: string): Promise<Response | undefined> {
  const shelf = await caches.open(FRAMES);
  if (path.startsWith("/field/case/")) return shelf.match("/field/case/");
  return (await shelf.match(path)) ?? shelf.match("/field/");
}

const keptOn = (shelf: string, request: Request) => async () => (await caches.open(shelf)).match(request, { ignoreSearch: true });

async function keptDataAnswer(): Promise<Response | undefined> {
  const found = await (await caches.open(SHELF)).match("/field/data.json");
  if (!found) return undefined;
  const headers = new Headers(found.headers);
  headers.set("X-Kept", "yes"); // so that the page does not take it for fresh
  return new Response(found.body, { headers });
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname.startsWith("/field/")) {
    event.respondWith(networkFirst(request, () => frameFor(url.pathname)));
  } else if (url.pathname === "/field/data.json") {
    event.respondWith(networkFirst(request, keptDataAnswer));
  } else if (url.pathname.endsWith(".geojson")) {
    event.respondWith(networkFirst(request, keptOn(PLACES, request), async (answer) => (await caches.open(PLACES)).put(request, answer)));
  } else if (url.pathname.startsWith("/files/") && url.pathname.endsWith("/small/")) {
    event.respondWith(caches.open(PHOTOS).then(async (shelf) => (await shelf.match(request)) ?? fetch(request)));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(request)));
  }
});

self.addEventListener("sync", (event) => {
  const { tag } = event as unknown as { tag: string };
  if (tag !== "send") return;
  const sending = sendAll().then((outcome) => {
    if (outcome === "offline" || outcome === "trouble") throw new Error(outcome); // the browser tries again
  });
  (event as Lasting).waitUntil(sending);
});
