// What the phone keeps: things to send, photos of half-made forms, and a few notes; each write is on disk before we go on.
import type { Item, Photo } from "./kinds";

const NAME = "gridloop-field";
const DAY = 24 * 3600 * 1000;
let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("queue", { keyPath: "seq", autoIncrement: true }).createIndex("key", "key", { unique: true });
      asked.result.createObjectStore("drafts");
      asked.result.createObjectStore("notes");
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      asked.result.onclose = () => (opened = null);
      done(asked.result);
    };
    asked.onerror = () => {
      opened = null;
      failed(asked.error);
    };
  });
  return opened;
}

async function work<T>(store: string, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  return new Promise((done, failed) => {
    // "strict": on the disk of the phone, not only in its memory, before anybody is told that it is kept.
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const asked = act(transaction.objectStore(store));
    transaction.oncomplete = () => done(asked.result);
    transaction.onabort = transaction.onerror = () => failed(transaction.error ?? asked.error);
  });
}

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
