// Taking something along: handed on through the phone's own sheet (<button data-share="address">), on paper
// (<button data-print>), or copied (<button data-copy="text" data-copied="words said afterwards">).
import { showToast } from "./toasts";

async function copy(text: string): Promise<boolean> {
  if (navigator.clipboard && window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(() => true, () => false);
  }
  // Offices on plain http have no clipboard to ask for: what is selected can still be copied.
  const carrier = document.createElement("textarea");
  carrier.value = text;
  carrier.className = "sr";
  document.body.append(carrier);
  carrier.select();
  const done = document.execCommand("copy");
  carrier.remove();
  return done;
}

export function startCopying(): void {
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-print]")) return window.print();
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy], [data-share]") : null;
    if (!button) return;
    const { share: url, title } = button.dataset;
    if (url && navigator.share) return void navigator.share({ title, url }).catch(() => null); // closed without choosing anybody
    const given = url || button.dataset.copy || location.href;
    copy(given.startsWith("/") ? location.origin + given : given).then((done) => done && showToast(button.dataset.copied ?? ""));
  });
}
