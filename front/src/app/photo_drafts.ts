// Photos of forms that are not sent yet: a phone short of memory closes the page while its camera is open.
import { cupboard } from "./cupboard";

const WEEK = 7 * 24 * 3600 * 1000;
type Kept = { at: number; photos: { name: string; type: string; bytes: ArrayBuffer }[] };

const work = cupboard("gridloop-drafts", 1, (database) => void database.createObjectStore("photos"));
const range = (draft: string) => IDBKeyRange.bound(`${draft}:`, `${draft}:\uffff`);

export async function keepPhotos(draft: string, name: string, files: File[]): Promise<void> {
  const photos = await Promise.all(files.map(async (file) => ({ name: file.name, type: file.type, bytes: await file.arrayBuffer() })));
  try {
    await work("photos", "readwrite", (store) => store.put({ at: Date.now(), photos } satisfies Kept, `${draft}:${name}`));
  } catch {
    // No room, or a private window: the photos are still in the page.
  }
}

export async function keptPhotos(draft: string, name: string): Promise<File[]> {
  try {
    const kept = await work("photos", "readonly", (store) => store.get(`${draft}:${name}`) as IDBRequest<Kept | undefined>);
    if (!kept || Date.now() - kept.at > WEEK) return [];
    return kept.photos.map((photo) => new File([photo.bytes], photo.name, { type: photo.type }));
  } catch {
    return [];
  }
}

export async function dropPhotos(draft: string): Promise<void> {
  try {
    await work("photos", "readwrite", (store) => store.delete(range(draft)));
  } catch {
    // Nothing was kept then.
  }
}
