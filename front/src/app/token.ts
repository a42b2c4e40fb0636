// The token that changes carry: a sign-in in another tab renews it after this page was drawn, and the cookie knows the newest.

export function newestToken(): string {
  const kept = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  return kept ?? document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}
