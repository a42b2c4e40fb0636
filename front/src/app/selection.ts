// Choosing rows of a list: one, all shown, a range with shift; the bulk bar appears when something is chosen.
import { announce, whenPresent } from "./pages";

const boxes = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>("input[data-select]")];

function showBulk(): void {
  const all = boxes();
  const chosen = all.filter((box) => box.checked).length;
  for (const bar of document.querySelectorAll<HTMLElement>("[data-bulk]")) {
    bar.hidden = chosen === 0;
    const count = bar.querySelector("[data-bulk-count]");
    if (count) count.textContent = String(chosen);
  }
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-of-selection]")) leadToChosen(link);
  for (const box of document.querySelectorAll<HTMLInputElement>("[data-select-all]")) {
    box.checked = chosen > 0 && chosen === all.length;
    box.indeterminate = chosen > 0 && chosen < all.length;
  }
}

function changed(): void {
  announce(document, "selection");
}

/** A link about the chosen rows carries their numbers; with none chosen it is about the whole list again. */
function leadToChosen(link: HTMLAnchorElement): void {
  const address = new URL(link.href);
  address.searchParams.delete("selected");
  for (const box of boxes()) if (box.checked) address.searchParams.append("selected", box.value);
  link.href = address.pathname + address.search;
}

export function startSelection(): void {
  let last: HTMLInputElement | null = null;
  document.addEventListener("click", (event) => {
    const box = event.target;
    if (box instanceof HTMLInputElement && box.matches("[data-select]")) {
      const all = boxes();
      if (event.shiftKey && last) {
        const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b) as [number, number];
        all.slice(from, to + 1).forEach((other) => (other.checked = box.checked));
      }
      last = box;
    }
    if (event.target instanceof Element && event.target.closest("[data-bulk-clear]")) {
      boxes().forEach((other) => (other.checked = false));
      changed();
    }
  });
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement)) return;
    if (box.matches("[data-select-all]")) boxes().forEach((other) => (other.checked = box.checked));
    if (box.matches("[data-select-all], [data-select]")) changed();
  });
  document.addEventListener("selection", showBulk);
  whenPresent("[data-bulk]", showBulk);
  document.addEventListener("htmx:afterSwap", showBulk);
}
