// A table that is whole on the page, narrowed to the rows that hold what is typed.
import { whenPresent } from "./pages";

export function startSifting(): void {
  whenPresent<HTMLElement>("[data-sift]", (sieve) => {
    const input = sieve.querySelector("input");
    const count = sieve.querySelector("[data-sift-count]");
    const rows = [...document.querySelectorAll<HTMLTableRowElement>("table[data-rows] tbody tr")];
    if (!input || rows.length < 12) return;
    sieve.hidden = false;
    input.addEventListener("input", () => {
      const parts = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) {
        const words = row.textContent?.toLowerCase() ?? "";
        row.hidden = !parts.every((part) => words.includes(part));
      }
      if (count) count.textContent = parts.length ? `${rows.filter((row) => !row.hidden).length} / ${rows.length}` : "";
    });
  });
}
