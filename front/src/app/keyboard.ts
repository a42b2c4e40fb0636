// The desk by keyboard: j and k move over rows, Enter opens, x selects, / searches, g and a digit go, ? lists them.
import { typing } from "./pages";

const rows = (): HTMLTableRowElement[] => [...document.querySelectorAll<HTMLTableRowElement>("table[data-rows] tbody tr:not([hidden])")];
const opener = (row: HTMLTableRowElement): HTMLAnchorElement | null => row.querySelector("a[data-open]") ?? row.querySelector("a");

/** Puts the cursor on a row; the keys and the eye go on from there. */
export function standOn(row: HTMLTableRowElement, focus = true): void {
  for (const other of rows()) other.classList.toggle("here", other === row);
  row.scrollIntoView({ block: "nearest" });
  if (focus) opener(row)?.focus({ preventScroll: true });
}

function move(step: number): void {
  const all = rows();
  if (!all.length) return follow(step);
  const here = all.findIndex((row) => row.classList.contains("here"));
  standOn(all[Math.min(Math.max(here + step, 0), all.length - 1)]!);
}

/** A page without rows that was opened from a list goes on to the neighbour there. */
function follow(step: number): void {
  const link = document.querySelector<HTMLAnchorElement>(step > 0 ? "a[data-trail-next][href]" : "a[data-trail-previous][href]");
  if (link) location.assign(link.href);
}

function go(digit: string): void {
  const link = document.querySelectorAll<HTMLAnchorElement>("#rail li a, .bottom-nav li a")[Number(digit) - 1];
  if (link) location.assign(link.href);
}

/** What a page offers by a letter of its own, less what is not there now (nothing chosen, so no bar for it). */
function named(key: string): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)].find((one) => !one.closest("[hidden]"));
}

function showKeys(): void {
  const dialog = document.getElementById("keys");
  if (!(dialog instanceof HTMLDialogElement)) return;
  const list = dialog.querySelector<HTMLElement>("[data-keys-here]");
  const seen = new Set(["/"]);
  const lines = [...document.querySelectorAll<HTMLElement>("[data-key]")].flatMap((one) => {
    const key = one.dataset.key ?? "";
    const words = (one.dataset.keyWords ?? one.getAttribute("aria-label") ?? one.querySelector("span")?.textContent ?? one.textContent ?? "").trim();
    if (seen.has(key) || !words || one.closest("[hidden]")) return [];
    seen.add(key);
    return [line(key, words)];
  });
  list?.replaceChildren(...lines);
  dialog.querySelector<HTMLElement>("[data-keys-title]")?.toggleAttribute("hidden", !lines.length);
  dialog.showModal();
}

function line(key: string, words: string): HTMLElement {
  const whole = document.createElement("div");
  const term = document.createElement("dt");
  const letter = document.createElement("kbd");
  const meaning = document.createElement("dd");
  letter.textContent = key;
  meaning.textContent = words;
  term.append(letter);
  whole.append(term, meaning);
  return whole;
}

/** Ctrl and Enter send what is being filled in, wherever one is in it. */
function send(target: EventTarget | null): boolean {
  const around = document.querySelector("dialog[open]") ?? (target instanceof Element ? target.closest("form") : null);
  const button = around?.querySelector<HTMLElement>("button.primary");
  button?.click();
  return Boolean(button);
}

export function startKeyboard(): void {
  let waiting = 0;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      if (send(event.target)) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.shiftKey ? event.key : event.key.toLowerCase(); // the caps lock is nobody's intention
    if (waiting && Date.now() - waiting < 1500 && /^[1-9]$/.test(key)) return go(key);
    waiting = 0;
    switch (key) {
      case "j": return move(1);
      case "k": return move(-1);
      case "x": return document.querySelector<HTMLInputElement>("tr.here input[data-select]")?.click();
      case "g": waiting = Date.now(); return;
      case "?":
      case "？": return showKeys();
    }
    // Any page can name its own key: <a data-key="d">, <button data-key="d">, <input data-key="/">.
    if (!/^[a-z/.]$/.test(key)) return;
    const found = named(key);
    if (!found) return;
    event.preventDefault();
    if (found instanceof HTMLInputElement) {
      found.focus();
      found.select();
    } else found.click();
  });

  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-open-keys]")) showKeys();
  });

  // A list drawn anew keeps the cursor on the same row, or where that row stood.
  let stood = { leads: "", at: -1 };
  document.addEventListener("htmx:beforeSwap", () => {
    const at = rows().findIndex((row) => row.classList.contains("here"));
    stood = { leads: (at >= 0 && opener(rows()[at]!)?.getAttribute("href")) || "", at };
  });
  document.addEventListener("htmx:afterSwap", () => {
    const all = rows();
    if (stood.at < 0 || !all.length || all.some((row) => row.classList.contains("here"))) return;
    const same = all.find((row) => opener(row)?.getAttribute("href") === stood.leads);
    (same ?? all[Math.min(stood.at, all.length - 1)]!).classList.add("here");
  });
}
