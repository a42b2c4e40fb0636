// A form is sent once, however often its button is pressed; and what cannot be taken back is asked about first.
import { inChinese } from "./pages";

const AGAIN = 8000; // an answer that is a file leaves the page where it is

function lock(form: HTMLFormElement): void {
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  window.setTimeout(() => free(form), AGAIN);
}

function free(form: HTMLFormElement): void {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
}

/** The sentence stands in the form or at the button (data-sure); the button keeps its words, so that one reads what one does. */
function ask(form: HTMLFormElement, submitter: HTMLElement | null, sentence: string): void {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "sure-words");
  const body = document.createElement("div");
  body.className = "dialog-body";
  const words = document.createElement("p");
  words.id = "sure-words";
  words.textContent = sentence;
  const actions = document.createElement("div");
  actions.className = "actions";
  const yes = button(submitter?.textContent?.trim() || (inChinese() ? "确定" : "Yes"), "danger");
  const no = button(inChinese() ? "取消" : "Cancel", "quiet");
  yes.addEventListener("click", () => {
    dialog.close();
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
  });
  no.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  actions.append(yes, no);
  body.append(words, actions);
  dialog.append(body);
  document.body.append(dialog);
  dialog.showModal();
  no.focus();
}

function button(words: string, kind: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `button ${kind}`;
  made.textContent = words;
  return made;
}

export function startOnce(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) return event.preventDefault();
    const sentence = event.submitter?.dataset.sure ?? form.dataset.sure;
    if (sentence && !form.dataset.confirmed) {
      event.preventDefault();
      return ask(form, event.submitter, sentence);
    }
    delete form.dataset.confirmed;
    lock(form);
  });
  // A page that comes back out of the browser's memory may be sent again.
  window.addEventListener("pageshow", (event) => event.persisted && document.querySelectorAll<HTMLFormElement>("form[data-sent]").forEach(free));
}
