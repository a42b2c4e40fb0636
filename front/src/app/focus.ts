// Whoever goes by keyboard keeps their place when a part of the page is drawn anew under them.

const REACHED = "a[href], button, summary";

/** What a control is, so that the same one is found again among new ones: where it leads and what it says. */
export function markOf(control: Element | null): string {
  if (!control?.matches(REACHED)) return "";
  const leads = control.getAttribute("href") ?? control.closest("form")?.getAttribute("action") ?? "";
  return `${control.tagName} ${leads} ${control.textContent?.trim() ?? ""}`;
}

/** Back to the control of this mark, unless the focus is somewhere else already. */
export function returnTo(mark: string, within: ParentNode): void {
  if (!mark || (document.activeElement && document.activeElement !== document.body)) return;
  for (const control of within.querySelectorAll<HTMLElement>(REACHED)) {
    if (markOf(control) === mark) return control.focus({ preventScroll: true });
  }
}
