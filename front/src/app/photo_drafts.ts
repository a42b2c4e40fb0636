// Photos of forms that are not sent yet: a phone short of memory closes the page while its camera is open.
import { cupboard } from "./cupboard";

const WEEK = 7 * 24 * 3600 * 1000;
type Kept = { at: number; photos: { name: string; type: string; bytes: ArrayBuffer }[] };

const work = cupboard("gridloop-drafts", 1, (database) => void database.createObjectStore("photos"));
const range = (draft: string) => IDBKeyRange.bound(`${draft}:`, `${draft}:\uffff`);

/** What a private window, or a full phone, does not keep lasts as long as the page, also when it comes back with errors. */
const inThePage = new Map<string, File[]>();

export async function keepPhotos(draft: string, name: string, files: File[]): Promise<void> {
  inThePage.set(`${draft}:${name}`, files);
  const photos = await Promise.all(files.map(async (file) => ({ name: file.name, type: file.type, bytes: await file.arrayBuffer() })));
  try {
    await work("photos", "readwrite", (store) => store.put({ at: Date.now(), photos } satisfies Kept, `${draft}:${name}`));
  } catch {
    // No room, or a private window: they are still in the page.
  }
}

export async function keptPhotos(draft: string, name: string): Promise<File[]> {
  const here = inThePage.get(`${draft}:${name}`);
  if (here) return here;
  try {
    const kept = await work("photos", "readonly", (store) => store.get(`${draft}:${name}`) as IDBRequest<Kept | undefined>);
    if (!kept || Date.now() - kept.at > WEEK) return [];
    return kept.photos.map((photo) => new File([photo.bytes], photo.name, { type: photo.type }));
  } catch {
    return [];
  }
}

export async function dropPhotos(draft: string): Promise<void> {
  for (const name of inThePage.keys()) if (name.startsWith(`${draft}:`)) inThePage.delete(name);
  try {
    await work("photos", "readwrite", (store) => store.delete(range(draft)));
  } catch {
    // Nothing was kept then.
  }
}
