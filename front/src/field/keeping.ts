// Today's data: drawn at once from what is kept, then fetched; forgotten when the person signs out.
import type { Data } from "./kinds";
import { note, writeNote } from "./store";

export const SHELF = "gridloop-field-data";
const ADDRESS = "/field/data.json";
export type Kept = { data: Data; at: number };

export async function keptData(): Promise<Kept | null> {
  try {
    const found = await (await caches.open(SHELF)).match(ADDRESS);
    if (!found) return null;
    return { data: (await found.json()) as Data, at: (await note<number>("data-at")) ?? 0 };
  } catch {
    return null;
  }
}

/** null without a network; "signed-out" also forgets the cases, never what waits to be sent. */
export async function fetchData(): Promise<Kept | "signed-out" | null> {
  let answer: Response;
  try {
    answer = await fetch(ADDRESS, { credentials: "same-origin", headers: { Accept: "application/json" } });
  } catch {
    return null;
  }
  if (answer.status === 401 || answer.redirected) {
    await forgetData();
    await writeNote("signed-out", true);
    return "signed-out";
  }
  if (!answer.ok || answer.headers.get("X-Kept")) return null;
  const copy = answer.clone();
  const data = (await answer.json()) as Data;
  const at = Date.now();
  try {
    await (await caches.open(SHELF)).put(ADDRESS, copy);
    await writeNote("data-at", at);
    await writeNote("signed-out", false);
  } catch {
    // No room to keep it: the page still works while there is a network.
  }
  return { data, at };
}

async function forgetData(): Promise<void> {
  for (const name of await caches.keys()) if (name === SHELF || name.startsWith("gridloop-field-photos")) await caches.delete(name);
}
