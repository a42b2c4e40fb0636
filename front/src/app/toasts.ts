// Short messages at the edge of the page; they stay until read, longer for longer words.
import { drawIcon, inChinese, whenPresent } from "./pages";

export function showToast(words: string, kind = "good"): void {
  const place = document.querySelector("[data-toasts]");
  if (!place) return;
  const toast = document.createElement("div");
  toast.className = `toast ${kind}`;
  toast.dataset.toast = "";
  const line = document.createElement("p");
  line.textContent = words;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button";
  close.setAttribute("aria-label", inChinese() ? "关闭" : "Close");
  close.append(drawIcon("close"));
  toast.append(line, close);
  place.append(toast);
  settle(toast);
}

function settle(toast: HTMLElement): void {
  const go = () => toast.remove();
  toast.querySelector("button")?.addEventListener("click", go);
  if (toast.classList.contains("bad") || toast.classList.contains("error")) return;
  let timer = window.setTimeout(go, 5000 + (toast.textContent?.length ?? 0) * 60);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => (timer = window.setTimeout(go, 3000)));
}

export function startToasts(): void {
  whenPresent("[data-toast]", settle);
  document.addEventListener("toast", (event) => {
    const detail = (event as CustomEvent<{ words?: string; value?: string; kind?: string }>).detail;
    showToast(detail.words ?? detail.value ?? "", detail.kind);
  });
}
