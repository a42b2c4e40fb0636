// Keeps what was typed: a form with data-draft="<name>" survives a closed page and is cleared once it is sent.
import { whenPresent } from "./pages";

const WEEK = 7 * 24 * 3600 * 1000;
type Draft = { at: number; values: Record<string, string> };

function keepable(control: Element): control is HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement {
  if (control instanceof HTMLTextAreaElement || control instanceof HTMLSelectElement) return Boolean(control.name);
  return control instanceof HTMLInputElement && Boolean(control.name) && control.name !== "csrfmiddlewaretoken"
    && !/^(file|password|submit|button)$/.test(control.type) && !control.hasAttribute("data-not-kept");
}

function read(form: HTMLFormElement): Record<string, string> {
  const values: Record<string, string> = {};
  for (const control of form.elements) {
    if (!keepable(control)) continue;
    if (control instanceof HTMLInputElement && /^(checkbox|radio)$/.test(control.type)) {
      if (control.checked) values[control.name] = control.value;
    } else if (control.value) values[control.name] = control.value;
  }
  return values;
}

function write(form: HTMLFormElement, values: Record<string, string>): void {
  for (const control of form.elements) {
    if (!keepable(control)) continue;
    const kept = values[control.name];
    if (kept === undefined) continue;
    if (control instanceof HTMLInputElement && /^(checkbox|radio)$/.test(control.type)) control.checked = control.value === kept;
    else if (!control.value || (control instanceof HTMLInputElement && control.type === "hidden" && control.hasAttribute("data-longitude"))) control.value = kept;
  }
}

function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

export function startDrafts(): void {
  const store = storage();
  if (!store) return;
  whenPresent<HTMLFormElement>("form[data-draft]", (form) => {
    const key = `draft:${form.dataset.draft}`;
    try {
      const draft = JSON.parse(store.getItem(key) ?? "null") as Draft | null;
      // A page that came back with errors already holds what was typed.
      if (draft && Date.now() - draft.at < WEEK && !form.querySelector(".wrong")) write(form, draft.values);
    } catch {
      store.removeItem(key);
    }
    const keep = () => {
      try {
        store.setItem(key, JSON.stringify({ at: Date.now(), values: read(form) } satisfies Draft));
      } catch {
        // A full or forbidden store loses only the convenience.
      }
    };
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);
    form.addEventListener("draft:clear", () => store.removeItem(key));
  });
  // The page that confirms a form names its draft, so a failed sending loses nothing.
  whenPresent<HTMLElement>("[data-draft-sent]", (element) => store.removeItem(`draft:${element.dataset.draftSent}`));
}
