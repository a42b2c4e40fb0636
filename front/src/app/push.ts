// Waking this browser: asks its push service for a subscription and tells the server of it.
import { whenPresent } from "./pages";
import { newestToken } from "./token";

export function startPush(): void {
  whenPresent<HTMLElement>("[data-push]", (place) => {
    const words = place.querySelector<HTMLElement>("[data-push-words]");
    const say = (text: string) => words && (words.textContent = text);
    if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
      say(place.dataset.pushNone ?? "");
      for (const button of place.querySelectorAll("button")) button.disabled = true;
      return;
    }
    place.querySelector("[data-push-start]")?.addEventListener("click", () => {
      subscribe(place).then(() => location.reload(), () => say(place.dataset.pushRefused ?? ""));
    });
    place.querySelector("[data-push-stop]")?.addEventListener("click", () => {
      leave(place).then(() => location.reload(), () => say(place.dataset.pushNone ?? ""));
    });
  });
}

async function subscribe(place: HTMLElement): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("refused");
  const worker = await navigator.serviceWorker.register(place.dataset.pushWorker ?? "");
  const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(place.dataset.pushKey ?? "") });
  await tell(place.dataset.pushOn ?? "", subscription);
}

async function leave(place: HTMLElement): Promise<void> {
  const worker = await navigator.serviceWorker.getRegistration(place.dataset.pushWorker);
  const subscription = await worker?.pushManager.getSubscription();
  if (!subscription) return;
  await tell(place.dataset.pushOff ?? "", subscription);
  await subscription.unsubscribe();
}

async function tell(address: string, subscription: PushSubscription): Promise<void> {
  const answer = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": newestToken() }, body: JSON.stringify(subscription) });
  if (!answer.ok) throw new Error(String(answer.status));
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}
