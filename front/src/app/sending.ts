// Sending a form: once however often it is tapped, with progress while photos travel, and kept and tried again on a bad network.
import htmx from "htmx.org";

import { announce, fill, here } from "./pages";
import { newestToken, renewToken } from "./token";

const PATIENCE = 180_000; // nine photos over a slow network

/** null when no answer came back. */
function post(address: string, given: FormData, progress: (part: number) => void): Promise<XMLHttpRequest | null> {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.timeout = PATIENCE;
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => done(request);
    request.onerror = request.ontimeout = request.onabort = () => done(null);
    request.send(given);
  });
}

let drawn = here();

/** The page that came back stands where the form stood; going back fetches anew instead of showing what was sent. */
function show(answer: XMLHttpRequest): boolean {
  const page = new DOMParser().parseFromString(answer.responseText, "text/html");
  const [place, fresh] = [document.querySelector("main"), page.querySelector("main")];
  if (!place || !fresh) return false;
  if (page.body.className !== document.body.className) return (location.assign(answer.responseURL), true);
  if (answer.status < 400 && answer.responseURL !== location.href) history.pushState(null, "", answer.responseURL);
  drawn = here();
  document.title = page.title;
  place.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
  document.querySelector("[data-toasts]")?.append(...page.querySelectorAll("[data-toasts] > *"));
  window.scrollTo(0, 0);
  if (answer.status < 400) place.focus();
  htmx.process(place as HTMLElement);
  announce(document, "htmx:load", { elt: document.body });
  return true;
}

async function send(form: HTMLFormElement, bar: HTMLElement, submitter: HTMLElement | null): Promise<void> {
  const line = bar.querySelector<HTMLElement>("[data-send-words]");
  const meter = bar.querySelector("progress");
  const say = (sentence = "", bad = false) => {
    if (!line) return;
    line.textContent = sentence;
    line.classList.toggle("trouble", bad);
  };
  const photos = [...form.elements].some((control) => control instanceof HTMLInputElement && control.type === "file" && control.files?.length);
  const progress = (part: number) => {
    if (meter) Object.assign(meter, { value: part, hidden: !photos });
    say(photos && part < 1 ? fill(bar.dataset.uploading ?? "", { share: `${Math.round(part * 100)}%` }) : bar.dataset.sending);
  };
  const given = new FormData(form);
  if (submitter instanceof HTMLButtonElement && submitter.name) given.append(submitter.name, submitter.value);
  const address = form.getAttribute("action") || location.href;

  progress(0);
  let answer = await post(address, given, progress);
  if (answer?.status === 403) {
    await renewToken();
    given.set("csrfmiddlewaretoken", newestToken());
    answer = await post(address, given, progress);
  }
  if (meter) meter.hidden = true;
  form.removeAttribute("aria-busy");
  if (answer && answer.status < 400) announce(form, "draft:clear");
  if (answer && answer.status < 500 && show(answer)) return;
  say(answer ? bar.dataset.broken : bar.dataset.unreached, true);
  const label = bar.querySelector("button span");
  if (label && bar.dataset.again) label.textContent = bar.dataset.again;
  // The form carries its own id: what did arrive after all is not made a second time.
  if (!answer) window.addEventListener("online", () => form.isConnected && !form.getAttribute("aria-busy") && form.requestSubmit?.(), { once: true });
}

/** Forms with a send bar leave through here; all others as they are, once (once.ts), with the newest token. */
export function startSending(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
    const token = form.querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]');
    if (token) token.value = newestToken();
    const bar = form.querySelector<HTMLElement>("[data-send]");
    if (!bar) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    void send(form, bar, event.submitter);
  });
  // Addresses that htmx pushed are its own to go back to.
  window.addEventListener("popstate", (event) => !(event.state as { htmx?: boolean } | null)?.htmx && drawn !== here() && location.reload());
}
