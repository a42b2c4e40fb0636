// One case on the phone: what and where, and the forms of the moves that are open, also after moves made offline.
import { deadline, el, empty, icon, linkButton, say, status } from "./drawing";
import { drawForm } from "./form";
import type { Data, Item, Matter, Move } from "./kinds";
import { distanceWords, metresBetween } from "./place";
import { make } from "./queue";
import { pendingOf, pendingTag, placeWords, type View } from "./today";

const ICONS: Record<string, string> = { accept: "check", take: "check", fix: "wrench", complete: "wrench", rectify: "wrench", verify: "shield", hand_up: "arrow-up", ask: "question", note: "pencil", correct: "pencil", split: "split", decline: "close", rework: "sync" };

/** The moves open now; after a move made offline, those that will be open once it has arrived. */
function openMoves(matter: Matter, data: Data, items: Item[]): Move[] {
  let keys = matter.moves;
  let waiting = false;
  for (const item of pendingOf(items, matter.number)) {
    const made = keys.find((key) => data.moves[key]?.name === item.move);
    if (made && data.moves[made]!.stays) continue;
    waiting = true;
    keys = matter.after[item.move] ?? [];
  }
  return keys.map((key) => data.moves[key]!).filter((move) => move && (!waiting || move.weight !== "quiet" || move.name === "note"));
}

/** Nothing to ask but refinements: one touch does it. */
const oneTouch = (move: Move): boolean => move.needs.every((need) => !need.required && ["category", "urgency", "organisations"].includes(need.kind));

export function drawCase(matter: Matter | undefined, view: View, served: boolean): Node[] | null {
  if (!matter) return served ? null : [empty(say("unknown_title"), say("unknown_words"), "offline")];
  const moves = openMoves(matter, view.data, view.items);
  const wanted = moves.find((move) => `#${move.name}` === location.hash);
  return wanted && !oneTouch(wanted) ? drawMove(wanted, matter, view) : drawMatter(matter, moves, view);
}

function drawMatter(matter: Matter, moves: Move[], view: View): Node[] {
  const pending = pendingOf(view.items, matter.number);
  const far = view.position && matter.at ? distanceWords(metresBetween(view.position, matter.at)) : "";
  const urgent = matter.urgency <= 2 ? view.data.urgencies.find(([value]) => value === matter.urgency)?.[1] : "";
  const main = moves.find((move) => move.weight === "main");
  const side = moves.filter((move) => move !== main && move.weight !== "quiet");
  const quiet = moves.filter((move) => move.weight === "quiet");
  return [
    el("header", { class: "case-head" },
      el("p", { class: "case-number" }, matter.number),
      el("h1", {}, matter.title),
      el("p", { class: "row" }, status("moving", matter.step), urgent && el("span", { class: "tag urgent" }, icon("warning"), urgent), matter.category && el("span", { class: "tag" }, matter.category),
        matter.supervised > 0 && el("span", { class: "tag warning" }, icon("flag"), say("supervised")))),
    pending.length ? el("p", { class: "tags" }, ...pending.map(pendingTag)) : null,
    deadline(matter),
    el("p", { class: "place-line" }, icon("pin"), el("span", {}, placeWords(matter, view)), el("b", { class: "number" }, far || (matter.at ? "" : say("no_place"))),
      matter.at && el("a", { href: `/field/map/?at=${matter.at.join(",")}` }, say("route"))),
    matter.words ? el("p", { class: "case-words" }, matter.words) : null,
    matter.voices > 1 ? el("p", { class: "row quiet" }, icon("users"), say("voices", { count: matter.voices })) : null,
    matter.photos.length ? el("div", { class: "photo-strip" }, ...matter.photos.map((address) => el("a", { href: address.replace(/small\/$/, "") }, el("img", { src: address, alt: say("snap_photos"), loading: "lazy" })))) : null,
    !moves.length || (pending.length > 0 && !main) ? el("p", { class: "quiet" }, say(pending.length ? "then_later" : "nothing_to_do")) : null,
    el("div", { class: "move-list" }, main && moveButton(main, matter, view, "primary"), ...side.map((move) => moveButton(move, matter, view, "secondary"))),
    quiet.length ? el("details", { class: "disclosure" }, el("summary", {}, icon("chevron-right"), say("more")), el("div", { class: "move-list" }, ...quiet.map((move) => moveButton(move, matter, view, "secondary")))) : null,
  ].filter((part): part is HTMLElement => part !== null);
}

function moveButton(move: Move, matter: Matter, view: View, kind: string): HTMLElement {
  const name = ICONS[move.name] ?? "chevron-right";
  if (!oneTouch(move)) return linkButton(move.title, kind, `#${move.name}`, name, "wide");
  const made = el("button", { type: "button", class: `button ${kind} wide` }, icon(name), el("span", {}, move.title));
  made.addEventListener("click", async () => {
    made.disabled = true;
    await makeMove(move, matter, view, {}, []);
  });
  return made;
}

async function makeMove(move: Move, matter: Matter, view: View, facts: Record<string, unknown>, photos: Item["photos"]): Promise<void> {
  await make({ kind: "move", title: move.title, matter: matter.title, case: matter.number, move: move.name, seen: matter.seen, facts, photos, person: view.data.person });
  document.dispatchEvent(new CustomEvent("toast", { detail: { words: say(navigator.onLine ? "kept" : "kept_offline") } }));
}

function drawMove(move: Move, matter: Matter, view: View): Node[] {
  const around = { data: view.data, draft: `${matter.number}:${move.name}`, at: matter.at, category: move.name === "correct" ? matter.category_id : null, wordings: matter.wordings?.[move.name] ?? [] };
  const form = drawForm(move.needs, around, move.title, ({ facts, photos }) => makeMove(move, matter, view, facts, photos));
  form.addEventListener("field:kept", () => {
    history.replaceState(null, "", location.pathname);
    view.redraw();
    window.scrollTo(0, 0);
  });
  const back = el("a", { class: "lone", href: "#" }, icon("arrow-left"), say("back"));
  back.addEventListener("click", (event) => {
    event.preventDefault();
    history.replaceState(null, "", location.pathname);
    view.redraw();
  });
  return [el("p", {}, back), el("header", { class: "case-head" }, el("p", { class: "case-number" }, matter.number), el("h1", {}, move.title), el("p", { class: "quiet" }, matter.title)), form];
}
