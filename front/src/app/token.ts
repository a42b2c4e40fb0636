// The token that changes carry. It stands in the page, as no script reads the cookie it belongs to.
const holder = (page: ParentNode): HTMLMetaElement | null => page.querySelector<HTMLMetaElement>('meta[name="csrf-token"]');

export const newestToken = (): string => holder(document)?.content ?? "";

/** A sign-in in another tab renews the token after this page was drawn: fetched again, the page has the newest. */
export async function renewToken(): Promise<string> {
  const answer = await fetch(location.href).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const [held, fresh] = [holder(document), page && holder(page)];
  if (held && fresh) held.content = fresh.content;
  return newestToken();
}
