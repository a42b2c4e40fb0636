// What lies on this phone: waiting, refused or overtaken (the worker decides), and sent.
import { announce } from "../app/pages";
import { button, el, empty, icon, linkButton, notice, say, shortTime, status } from "./drawing";
import type { Item } from "./kinds";
import { sendSoon } from "./queue";
import { change, forget, keepDraftPhotos, tellPages } from "./store";
import type { View } from "./today";

export function drawWaiting(view: View): Node[] {
  const mine = view.items.filter((item) => item.person === view.data.person);
  const undecided = mine.filter((item) => item.state === "conflict" || item.state === "refused");
  const waiting = mine.filter((item) => item.state === "waiting");
  const sent = mine.filter((item) => item.state === "done").reverse();
  const blocked = new Set(undecided.map((item) => item.case).filter(Boolean));
  const section = (title: string, items: Item[], draw: (item: Item) => Node) =>
    items.length ? el("section", {}, el("h2", { class: "section-title" }, el("span", {}, title), el("span", { class: "count" }, String(items.length))), el("ul", { class: "case-cards" }, ...items.map(draw))) : null;
  const parts = [
    el("h1", { class: "sr" }, say("waiting_title")),
    section(say("waiting_decide"), undecided, (item) => decision(item, view)),
    section(say("waiting_now"), waiting, (item) => line(item, blocked.has(item.case) ? status("late", say("held")) : status("waiting", say("waiting_now")))),
    waiting.length ? button(say("send_now"), "secondary", () => void sendSoon(), { icon: "send", class: "wide" }) : null,
    section(say("waiting_sent"), sent, (item) => line(item, status("done", [say("sent"), item.answer?.number ?? ""].join(" ")))),
    mine.length ? null : empty(say("waiting_none"), say("waiting_none_words")),
  ];
  return parts.filter((part): part is NonNullable<typeof part> => part !== null);
}

function facts(item: Item): HTMLElement {
  return el("p", { class: "quiet" }, [say("made_at", { time: shortTime(item.made_at) }), item.photos.length ? say("photos_count", { count: item.photos.length }) : ""].filter(Boolean).join(" · "));
}

function heading(item: Item): HTMLElement {
  return el("div", {}, el("h3", {}, item.title), item.matter ? el("p", {}, item.matter) : null, facts(item));
}

function line(item: Item, state: HTMLElement): HTMLElement {
  return el("li", { class: "case-card", "data-item": item.key }, heading(item), state);
}

/** In words what happened, and a choice; nothing is thrown away without being asked twice. */
function decision(item: Item, view: View): HTMLElement {
  const answer = item.answer;
  const happened = answer?.happened ?? [];
  const refused = item.state === "refused";
  const actions = el("div", { class: "actions" });
  if (refused) {
    actions.append(button(say("retry"), "secondary", () => void again(item), { icon: "sync" }));
    if (item.kind !== "patrol") actions.append(button(say("correct"), "secondary", () => void correct(item), { icon: "pencil" }));
  } else if (answer?.possible) {
    actions.append(button(say("again"), "primary", () => void again(item), { icon: "check" }));
  }
  if (item.case) actions.append(linkButton(say("open_case"), "quiet", `/field/case/${item.case}/`));
  actions.append(button(say("discard"), "quiet", () => sure(item, actions, view)));
  return el("li", { class: "case-card late", "data-item": item.key, "data-state": item.state },
    heading(item),
    notice("bad", answer?.words || say("not_sent")),
    happened.length ? el("div", {}, el("p", { class: "quiet" }, say("meanwhile")), el("ol", { class: "meanwhile" }, ...happened.map((one) =>
      el("li", {}, el("b", {}, one.title), ` ${shortTime(one.at)}`, el("span", { class: "quiet" }, one.who), one.words ? el("span", {}, `“${one.words}”`) : null)))) : null,
    item.state === "conflict" && answer?.possible === false ? el("p", {}, icon("warning"), " ", say("not_possible", { step: answer.step ?? "" })) : null,
    actions);
}

/** Made again with the case as it stands now before the worker's eyes. */
async function again(item: Item): Promise<void> {
  await change({ ...item, state: "waiting", seen: item.answer?.seen ?? item.seen, answer: null, made_at: item.state === "conflict" ? new Date().toISOString() : item.made_at });
  tellPages();
  announce(document, "field:sent");
  void sendSoon();
}

/** Back into its form with everything that was typed and photographed. */
async function correct(item: Item): Promise<void> {
  const draft = item.kind === "snap" ? "snap" : `${item.case}:${item.move}`;
  const values = Object.fromEntries(Object.entries(item.facts).filter(([, value]) => typeof value !== "object").map(([name, value]) => [name, String(value)]));
  localStorage.setItem(`draft:field:${draft}`, JSON.stringify({ at: Date.now(), values }));
  for (const need of new Set(item.photos.map((photo) => photo.need))) await keepDraftPhotos(`${draft}:${need}`, item.photos.filter((photo) => photo.need === need));
  await forget(item.seq!);
  tellPages();
  location.assign(item.kind === "snap" ? "/field/snap/" : `/field/case/${item.case}/#${item.move}`);
}

function sure(item: Item, actions: HTMLElement, view: View): void {
  // While this is asked nothing may be drawn anew under the finger.
  actions.setAttribute("data-asking", "");
  actions.replaceChildren(
    el("p", {}, say("discard_sure")),
    button(say("discard"), "danger", async () => {
      await forget(item.seq!);
      actions.removeAttribute("data-asking");
      tellPages();
      announce(document, "field:sent");
    }),
    button(say("keep"), "secondary", () => {
      actions.removeAttribute("data-asking");
      view.redraw();
    }),
  );
  actions.querySelector("button")?.focus();
}
