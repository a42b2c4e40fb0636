// The token that changes carry. It stands in the page, for no script reads the cookie; a sign-in in another tab, or cookies that
// went, make it stale after the page was drawn.
const meta = (page: Document) => page.querySelector<HTMLMetaElement>('meta[name="csrf-token"]');

export const newestToken = (): string => meta(document)?.content ?? "";

/** The token of this page as the server would draw it now. */
export async function renewToken(): Promise<void> {
  try {
    const fresh = meta(new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html"))?.content;
    const here = meta(document);
    if (fresh && here) here.content = fresh;
  } catch {
    // No connection: the next attempt asks again.
  }
}
