// Finding things in a page, again after every swapped fragment.

/** Runs `work` for each match now and in every fragment that arrives later; once per element. */
export function whenPresent<E extends HTMLElement>(selector: string, work: (element: E) => void): void {
  const done = new WeakSet<Element>();
  const look = (root: ParentNode) => {
    const found = [...root.querySelectorAll<E>(selector)];
    if (root instanceof HTMLElement && root.matches(selector)) found.push(root as E);
    for (const element of found) {
      if (done.has(element)) continue;
      done.add(element);
      work(element);
    }
  };
  look(document);
  document.addEventListener("htmx:load", (event) => {
    const root = (event as CustomEvent<{ elt: Element }>).detail?.elt;
    if (root instanceof HTMLElement) look(root);
  });
}

/** Where this page is, without the part behind the #. */
export const here = (): string => location.pathname + location.search;

/** Whether the page speaks Chinese, for the few words that are the browser's own. */
export const inChinese = (): boolean => document.documentElement.lang.startsWith("zh");

/** Fills {names} in a sentence that the server wrote in the reader's language. */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The icon drawings that scripts need are few; each is the same drawing as in the server's set. */
const drawings = { close: "M6 6l12 12M18 6L6 18", pin: "M12 21c4.3-4.6 6.5-8 6.5-11a6.5 6.5 0 0 0-13 0c0 3 2.2 6.4 6.5 11z" };

export function drawIcon(name: keyof typeof drawings): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", drawings[name]);
  svg.append(path);
  return svg;
}

/** Asks htmx to look at an element's own trigger again. */
export function announce(element: EventTarget, name: string, detail: unknown = null): void {
  element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}

export function typing(target: EventTarget | null): boolean {
  // A dialog that has just closed keeps the focus until the browser draws again; nobody types there any more.
  if (target instanceof Element && target.closest("dialog:not([open])")) return false;
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
    && !(target instanceof HTMLInputElement && /^(checkbox|radio|button|submit)$/.test(target.type));
}
