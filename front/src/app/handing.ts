// Handing something on: a number copied, a page shared through the phone's own sheet.
import { showToast } from "./toasts";

async function copy(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https a browser has no clipboard to write to; the old way still works there.
    const holder = document.createElement("textarea");
    holder.value = text;
    holder.className = "sr";
    document.body.append(holder);
    holder.select();
    document.execCommand("copy");
    holder.remove();
  }
  showToast(done);
}

export function startHanding(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy], [data-share]") : null;
    if (!button) return;
    const { copy: text, share: url, title, done = "" } = button.dataset;
    if (text !== undefined) return void copy(text, done);
    if (!navigator.share) return void copy(url ?? "", done);
    navigator.share({ title, url }).catch(() => null); // closed without choosing anybody
  });
}
