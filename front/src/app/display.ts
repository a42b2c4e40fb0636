// Text size and theme: kept in a cookie so that the server draws the page right the first time.
import { whenPresent } from "./pages";

export function startDisplay(): void {
  // A long menu shows where one is without being scrolled.
  document.querySelector("#rail [aria-current]")?.scrollIntoView({ block: "nearest" });
  whenPresent<HTMLButtonElement>("[data-elder]", (button) => {
    const show = () => {
      const large = document.documentElement.dataset.size === "elder";
      button.setAttribute("aria-pressed", String(large));
      const label = button.querySelector("span");
      if (label) label.textContent = (large ? button.dataset.on : button.dataset.off) ?? label.textContent;
    };
    show();
    button.addEventListener("click", () => {
      const large = document.documentElement.dataset.size !== "elder";
      document.documentElement.dataset.size = large ? "elder" : "plain";
      keep("size", large ? "elder" : "plain");
      document.querySelectorAll("[data-elder]").forEach((other) => other !== button && other.dispatchEvent(new Event("sizechange")));
      show();
    });
    button.addEventListener("sizechange", show);
  });
  whenPresent<HTMLButtonElement>("[data-theme-choice]", (button) => {
    button.addEventListener("click", () => {
      const theme = button.dataset.themeChoice ?? "paper";
      const sheet = document.querySelector<HTMLLinkElement>("link[data-charcoal]");
      if (sheet) sheet.media = theme === "charcoal" ? "all" : "not all";
      document.documentElement.dataset.theme = theme;
      keep("theme", theme);
    });
  });
}

function keep(name: string, value: string): void {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}
