// The service worker of the notices page: shows what a push service brings, and opens its page when touched.
declare const self: ServiceWorkerGlobalScope;

type Told = { subject?: string; title?: string; words?: string; body?: string; address?: string; url?: string };

self.addEventListener("push", (event) => {
  let told: Told = {};
  try {
    told = (event.data?.json() ?? {}) as Told;
  } catch {
    told = { subject: event.data?.text() ?? "" };
  }
  const title = told.subject ?? told.title ?? "gridloop";
  const words = told.words ?? told.body ?? "";
  event.waitUntil(self.registration.showNotification(title, { body: words, icon: "/static/web/icon-192.png", data: told.address ?? told.url ?? "/notices/" }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(String(event.notification.data)));
});

export {};
