// Keeps what was typed: a form with data-draft="<name>" survives a closed page and is cleared once it is sent.
import { announce, whenPresent } from "./pages";
import { dropPhotos } from "./photo_drafts";

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
    if (control instanceof HTMLInputElement && control.type === "checkbox") {
      // None of them is an answer too: what was unticked stays so.
      values[control.name] = [values[control.name], control.checked ? control.value : ""].filter(Boolean).join("\n");
    } else if (control instanceof HTMLInputElement && control.type === "radio") {
      if (control.checked) values[control.name] = control.value;
    } else if (control.value) values[control.name] = control.value;
  }
  return values;
}

/** What the page itself brought stays, but for hidden ones that ask: a place, and the form's own id (sent again, it is the same thing). */
const yields = (control: Element): boolean =>
  control instanceof HTMLSelectElement
    ? control.selectedIndex <= 0
    : control instanceof HTMLInputElement && control.type === "hidden" && (control.hasAttribute("data-longitude") || control.hasAttribute("data-kept"));

function write(form: HTMLFormElement, values: Record<string, string>): boolean {
  let found = false;
  for (const control of form.elements) {
    if (!keepable(control)) continue;
    const kept = values[control.name];
    if (kept === undefined) continue;
    if (control instanceof HTMLInputElement && /^(checkbox|radio)$/.test(control.type)) control.checked = kept.split("\n").includes(control.value);
    else if (!control.value || yields(control)) {
      found ||= Boolean(kept) && control.type !== "hidden";
      control.value = kept;
    }
  }
  return found;
}

function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** Says that words of last time are here again, with a way to begin anew. */
function tell(form: HTMLFormElement): void {
  const line = form.querySelector<HTMLElement>("[data-draft-found]");
  if (!line?.hidden || form.querySelector(".wrong")) return;
  line.hidden = false;
  line.querySelector("[data-draft-drop]")?.addEventListener("click", () => {
    announce(form, "draft:clear");
    location.reload();
  });
}

export function startDrafts(): void {
  const store = storage();
  const forget = (name: string) => {
    store?.removeItem(`draft:${name}`);
    void dropPhotos(name);
  };
  whenPresent<HTMLFormElement>("form[data-draft]", (form) => {
    const name = form.dataset.draft ?? "";
    const key = `draft:${name}`;
    let sent = false;
    form.addEventListener("draft:clear", () => {
      sent = true;
      forget(name);
    });
    // A private window keeps nothing; the other parts of the page wait for us all the same.
    if (!store) return announce(form, "draft:ready");
    try {
      const draft = JSON.parse(store.getItem(key) ?? "null") as Draft | null;
      // A page that came back with errors already holds what was typed.
      if (draft && Date.now() - draft.at < WEEK && !form.querySelector(".wrong") && write(form, draft.values)) tell(form);
    } catch {
      store.removeItem(key);
    }
    const keep = () => {
      if (sent) return;
      try {
        store.setItem(key, JSON.stringify({ at: Date.now(), values: read(form) } satisfies Draft));
      } catch {
        // A full or forbidden store loses only the convenience.
      }
    };
    form.addEventListener("draft:photos", () => tell(form));
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);
    announce(form, "draft:ready");
  });
  // The page that confirms a form names its draft, so a failed sending loses nothing.
  whenPresent<HTMLElement>("[data-draft-sent]", (element) => forget(element.dataset.draftSent ?? ""));
}
