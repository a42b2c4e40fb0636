// The desk by keyboard: j and k move over rows, Enter opens, x selects, / searches, g and a digit go, ? lists them.
import { typing } from "./pages";

const rows = (): HTMLTableRowElement[] => [...document.querySelectorAll<HTMLTableRowElement>("table[data-rows] tbody tr")];

function move(step: number): void {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.classList.contains("here"));
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)]!;
  all[here]?.classList.remove("here");
  next.classList.add("here");
  next.scrollIntoView({ block: "nearest" });
  (next.querySelector<HTMLElement>("a[data-open]") ?? next.querySelector("a"))?.focus({ preventScroll: true });
}

function go(digit: string): void {
  const link = document.querySelectorAll<HTMLAnchorElement>("#rail li a, .bottom-nav li a")[Number(digit) - 1];
  if (link) location.assign(link.href);
}

export function startKeyboard(): void {
  let waiting = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const here = document.querySelector<HTMLTableRowElement>("tr.here");
    if (waiting && Date.now() - waiting < 1500 && /^[1-9]$/.test(event.key)) return go(event.key);
    waiting = 0;
    switch (event.key) {
      case "j": return move(1);
      case "k": return move(-1);
      case "x": return here?.querySelector<HTMLInputElement>("input[data-select]")?.click();
      case "g": waiting = Date.now(); return;
      case "?": {
        const keys = document.getElementById("keys");
        if (keys instanceof HTMLDialogElement) keys.showModal();
        return;
      }
    }
    // Any page can name its own key: <a data-key="d">, <button data-key="d">, <input data-key="/">.
    if (!/^[a-z/.]$/.test(event.key)) return;
    const named = document.querySelector<HTMLElement>(`[data-key="${event.key}"]`);
    if (!named) return;
    event.preventDefault();
    if (named instanceof HTMLInputElement) named.focus();
    else named.click();
  });
}
