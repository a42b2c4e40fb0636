// Today's list: by urgency, then by distance from where the worker stands; what waits to be sent is marked.
import { button, deadline, el, empty, icon, linkButton, notice, say, shortTime } from "./drawing";
import type { Data, Item, Matter, Position } from "./kinds";
import { distanceWords, metresBetween, takePosition } from "./place";

export type View = { data: Data; at: number; items: Item[]; position: Position | null; redraw: () => void };

export function sorted(cases: Matter[], position: Position | null): Matter[] {
  const far = (matter: Matter) => (position && matter.at ? metresBetween(position, matter.at) : Infinity);
  const due = (matter: Matter) => (matter.due ? Date.parse(matter.due) : Infinity);
  const now = Date.now();
  const late = (matter: Matter) => Number(!matter.paused && due(matter) < now);
  return [...cases].sort((one, other) => one.urgency - other.urgency || late(other) - late(one) || (position ? far(one) - far(other) || 0 : 0) || due(one) - due(other) || one.number.localeCompare(other.number));
}

export function pendingOf(items: Item[], number: string): Item[] {
  return items.filter((item) => item.case === number && item.state !== "done");
}

/** Where it is; the worker's own grid need not be said on every card. */
export function placeWords(matter: Matter, view: View): string {
  const near = matter.place === view.data.place && matter.address ? "" : matter.place;
  return [near, matter.address].filter(Boolean).join(" · ");
}

/** A waiting thing as a tag: what, and that it is still on this phone. */
export function pendingTag(item: Item): HTMLElement {
  const undecided = item.state !== "waiting";
  return el("span", { class: `tag ${undecided ? "urgent" : "warning"}` }, icon(undecided ? "warning" : "sync"), `${item.title} · ${say(undecided ? "waiting_decide" : "waiting_now")}`);
}

export function card(matter: Matter, view: View): HTMLElement {
  const pending = pendingOf(view.items, matter.number);
  const far = view.position && matter.at ? distanceWords(metresBetween(view.position, matter.at)) : "";
  const late = matter.due !== null && !matter.paused && Date.parse(matter.due) < Date.now();
  const tags = [
    matter.supervised ? el("span", { class: "tag warning" }, icon("flag"), say("supervised")) : null,
    matter.mine ? el("span", { class: "tag line" }, say("mine")) : null,
    ...pending.map(pendingTag),
  ];
  return el("li", { class: `case-card${late ? " late" : ""}` },
    el("h3", {}, el("a", { href: `/field/case/${matter.number}/` }, matter.title)),
    el("p", { class: "spread" }, el("span", {}, placeWords(matter, view)), el("span", { class: "number" }, far)),
    el("p", { class: "row card-marks" }, el("span", { class: "quiet" }, matter.step), ...tags),
    deadline(matter));
}

export function drawToday(view: View): Node[] {
  const { data, position } = view;
  const cases = sorted(data.cases, position);
  const head = document.querySelector(".field-title b");
  if (head) head.textContent = say("today_count", { count: cases.length });
  const tools = el("div", { class: "field-tools" },
    position
      ? el("p", { class: "quiet row" }, icon("locate"), say("sorted"))
      : button(say("by_distance"), "secondary", async () => ((await takePosition()) ? view.redraw() : undefined), { icon: "locate" }),
    linkButton(say("patrol"), "secondary", "/field/patrol/", "patrol"));
  const old = !navigator.onLine && view.at ? el("p", { class: "quiet" }, say("as_of", { time: shortTime(view.at) })) : null;
  const parts: (Node | null)[] = [el("h1", { class: "sr" }, say("today")), tools, old];
  if (!cases.length) parts.push(empty(say("empty_title"), say("empty_words")), linkButton(say("snap_title"), "primary", "/field/snap/", "camera", "wide"));
  for (const [urgency, title] of data.urgencies) {
    const group = cases.filter((matter) => matter.urgency === urgency);
    if (!group.length) continue;
    parts.push(el("section", {}, el("h2", { class: `section-title urgency-${urgency}` }, el("span", { class: "row" }, urgency <= 2 ? icon("warning") : null, title), el("span", { class: "count" }, String(group.length))),
      el("ul", { class: "case-cards" }, ...group.map((matter) => card(matter, view)))));
  }
  return parts.filter((part): part is Node => part !== null);
}

/** What must be known on every page: signed out, something to decide, another person's things on this phone. */
export function banner(tally: { waiting: number; undecided: number; others: number; signedOut: boolean }, signIn: string, page: string): Node[] {
  const shown: Node[] = [];
  if (tally.signedOut) shown.push(notice("warning", say("signed_out"), linkButton(say("sign_in"), "secondary", signIn)));
  if (tally.undecided && page !== "waiting") shown.push(notice("bad", say("to_decide", { count: tally.undecided }), linkButton(say("waiting_decide"), "secondary", "/field/waiting/")));
  if (tally.others) shown.push(notice("warning", say("somebody_else", { count: tally.others })));
  return shown;
}
