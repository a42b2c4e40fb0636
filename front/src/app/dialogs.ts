// Native dialogs opened by data-dialog, menus that close by themselves, errors that take the focus.
import { whenPresent } from "./pages";

const FIELDS = 'input:not([type="hidden"], [type="checkbox"], [tabindex="-1"]), select:not([tabindex="-1"]), textarea';

export function startDialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const opener = target?.closest<HTMLElement>("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog ?? "");
      if (dialog instanceof HTMLDialogElement && !dialog.open) {
        // What the dialog showed last time must not take a key meant for what is being fetched.
        if (opener.hasAttribute("hx-get")) dialog.querySelector(opener.getAttribute("hx-target") ?? "")?.replaceChildren();
        dialog.showModal();
      }
    }
    if (target?.closest("[data-close]")) target.closest("dialog")?.close();
    if (target instanceof HTMLDialogElement && outside(target, event)) target.close();
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
      if (opener || !menu.contains(target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
    if (location.hash === "#rail") location.hash = "content";
  });
  // What was fetched into an open dialog begins at its first field, or at its button when it asks nothing.
  document.addEventListener("htmx:afterSettle", (event) => {
    const target = (event as CustomEvent<{ target?: Element }>).detail.target;
    const dialog = target instanceof Element ? target.closest("dialog[open]") : null;
    if (!target || !dialog || target.querySelector("[data-focus-first]")) return;
    (target.querySelector<HTMLElement>(FIELDS) ?? target.querySelector<HTMLElement>("button.primary"))?.focus();
  });
  // A fragment that is itself a dialog opens as soon as it arrives.
  whenPresent<HTMLDialogElement>("dialog[data-open-now]", (dialog) => {
    if (!dialog.open) dialog.showModal();
  });
  whenPresent("[data-focus-first]", (summary) => summary.focus());
}

function outside(dialog: HTMLDialogElement, event: MouseEvent): boolean {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}
