// Small tools for drawing pages on the phone: elements, icons, marks, and the words in the reader's language.
import { fill, inChinese } from "../app/pages";
import { lengthWords } from "../app/time";
import type { Matter } from "./kinds";

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | boolean | number | undefined | ((event: Event) => void)>;

let words: Record<string, string> = {};
export const useWords = (given: Record<string, string>): void => void (words = given);
export const say = (key: string, values: Record<string, string | number> = {}): string => fill(words[key] ?? "", values);

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name, value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child): child is Node | string => Boolean(child)));
  return made;
}

export function icon(name: string, size = ""): Node {
  const found = document.querySelector<HTMLTemplateElement>("template[data-icons]")?.content.querySelector(`[data-icon="${name}"] svg`);
  const drawn = found?.cloneNode(true) as SVGElement | undefined;
  if (drawn && size) drawn.classList.add(`icon-${size}`);
  return drawn ?? document.createTextNode("");
}

export function button(title: string, kind: string, act: (event: Event) => void, more: Attributes & { icon?: string } = {}): HTMLButtonElement {
  const { icon: name, class: extra, ...rest } = more;
  return el("button", { type: "button", class: `button ${kind} ${extra ?? ""}`, click: act, ...rest }, typeof name === "string" && icon(name), el("span", {}, title));
}

export function linkButton(title: string, kind: string, address: string, name = "", extra = ""): HTMLAnchorElement {
  return el("a", { class: `button ${kind} ${extra}`, href: address }, name && icon(name), el("span", {}, title));
}

const svg = (tag: string, attributes: Record<string, string>): SVGElement => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
};

const MARKS: Record<string, [string, Record<string, string>][]> = {
  late: [["path", { class: "solid", d: "M8 1.8l6.6 11.7H1.4z" }], ["path", { class: "cut", d: "M8 6v3.2M8 11.2v.1" }]],
  soon: [["circle", { cx: "8", cy: "8", r: "5.6" }], ["path", { d: "M8 4.6V8l2.3 1.5" }]],
  moving: [["circle", { cx: "8", cy: "8", r: "5.2" }], ["path", { class: "solid", d: "M8 2.8a5.2 5.2 0 0 1 0 10.4z" }]],
  waiting: [["circle", { cx: "8", cy: "8", r: "5.2" }]],
  done: [["circle", { class: "solid", cx: "8", cy: "8", r: "5.8" }], ["path", { class: "cut", d: "M5.3 8.2l2 2 3.5-4" }]],
};

export function mark(kind: string): SVGElement {
  const drawn = svg("svg", { class: "mark", viewBox: "0 0 16 16", "aria-hidden": "true" });
  for (const [tag, attributes] of MARKS[kind] ?? []) drawn.append(svg(tag, attributes));
  return drawn;
}

export const status = (kind: string, title: string): HTMLElement => el("span", { class: `status ${kind}` }, mark(kind) as unknown as Node, title);

/** The same bar as on the desk; time.ts makes it tick. */
export function deadline(matter: Matter): HTMLElement {
  if (matter.paused) return el("p", { class: "quiet row" }, say("paused"));
  if (!matter.due) return el("p", { class: "quiet" }, say("no_deadline"));
  const [due, started, now] = [Date.parse(matter.due), Date.parse(matter.started ?? matter.due), Date.now()];
  const late = now > due;
  const filled = late || due <= started ? 100 : Math.max(0, Math.round((100 * (now - started)) / (due - started)));
  const state = late ? "breached" : filled >= 80 ? "soon" : "running";
  const bar = svg("svg", { class: "bar", viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" });
  bar.append(svg("rect", { class: "track", width: "100", height: "4" }), svg("rect", { class: "fill", width: String(filled), height: "4" }));
  const sentence = say(late ? "over" : "left", { time: lengthWords(Math.abs(due - now)) });
  return el(
    "div",
    { class: `deadline compact ${state}`, "data-deadline": true, "data-started": matter.started ?? matter.due, "data-due": matter.due, "data-left": say("left", { time: "{time}" }), "data-over": say("over", { time: "{time}" }) },
    el("span", { class: "deadline-words" }, mark(late ? "late" : "soon") as unknown as Node, el("span", { "data-deadline-words": true }, sentence)),
    bar as unknown as Node,
  );
}

export function empty(title: string, sentence: string, name = "check"): HTMLElement {
  return el("div", { class: "empty" }, icon(name, "xl"), el("p", { class: "empty-title" }, title), el("p", {}, sentence));
}

export function notice(kind: "information" | "warning" | "bad" | "good", sentence: string, ...actions: Child[]): HTMLElement {
  return el("div", { class: `notice ${kind}` }, icon(kind === "good" ? "check" : kind === "information" ? "offline" : "warning"), el("div", {}, el("p", {}, sentence), ...actions));
}

export function shortTime(moment: string | number): string {
  const language = inChinese() ? "zh-CN" : "en-GB";
  const at = new Date(moment);
  const today = at.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hour12: false, ...(today ? {} : { month: "short", day: "numeric" }) }).format(at);
}
