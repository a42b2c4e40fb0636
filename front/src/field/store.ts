// What the phone keeps: things to send, photos of half-made forms, and a few notes; each write is on disk before we go on.
import { cupboard } from "../app/cupboard";
import type { Item, Photo } from "./kinds";

const NAME = "gridloop-field";
const DAY = 24 * 3600 * 1000;
const work = cupboard(NAME, 1, (database) => {
  database.createObjectStore("queue", { keyPath: "seq", autoIncrement: true }).createIndex("key", "key", { unique: true });
  database.createObjectStore("drafts");
  database.createObjectStore("notes");
});

export const everything = (): Promise<Item[]> => work("queue", "readonly", (store) => store.getAll() as IDBRequest<Item[]>);
export const forget = (seq: number): Promise<undefined> => work("queue", "readwrite", (store) => store.delete(seq));
export const change = (item: Item): Promise<unknown> => work("queue", "readwrite", (store) => store.put(item));

export async function keep(item: Item): Promise<number> {
  const seq = (await work("queue", "readwrite", (store) => store.add(item))) as number;
  // Ask the browser not to throw this away when the phone is full.
  if ("storage" in navigator) void navigator.storage.persist?.();
  return seq;
}

export async function forgetOldSent(): Promise<void> {
  for (const item of await everything()) {
    if (item.state === "done" && Date.now() - Date.parse(item.done_at ?? item.made_at) > DAY) await forget(item.seq!);
  }
}

export const note = <T>(name: string): Promise<T | undefined> => work("notes", "readonly", (store) => store.get(name) as IDBRequest<T | undefined>);
export const writeNote = (name: string, value: unknown): Promise<unknown> => work("notes", "readwrite", (store) => store.put(value, name));
export const dropNote = (name: string): Promise<undefined> => work("notes", "readwrite", (store) => store.delete(name));

export const draftPhotos = (draft: string): Promise<Photo[] | undefined> => work("drafts", "readonly", (store) => store.get(draft) as IDBRequest<Photo[] | undefined>);
export const keepDraftPhotos = (draft: string, photos: Photo[]): Promise<unknown> => work("drafts", "readwrite", (store) => store.put(photos, draft));
export const dropDraftPhotos = (draft: string): Promise<undefined> => work("drafts", "readwrite", (store) => store.delete(draft));

/** A UUID also where the browser has no randomUUID. */
export function newKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Tells every open page (and is told by the service worker) that something kept has changed. */
export function tellPages(): void {
  if (typeof BroadcastChannel === "undefined") return;
  const line = new BroadcastChannel(NAME);
  line.postMessage("changed");
  line.close();
}

export function onChange(act: () => void): void {
  if (typeof BroadcastChannel === "undefined") return;
  new BroadcastChannel(NAME).onmessage = act;
}
