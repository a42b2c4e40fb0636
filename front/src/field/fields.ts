// One control for each kind of need: what a move must bring, drawn on the phone.
import { fill } from "../app/pages";
import { pictureOf, shrinkPhoto, troubleWith } from "../app/photos";
import { mayLocate } from "../app/position";
import { button, el, icon, say } from "./drawing";
import type { Data, Groups, Need, Photo, Position } from "./kinds";
import { lastPosition, metresBetween, takePosition } from "./place";
import { draftPhotos, keepDraftPhotos } from "./store";

export type Field = { need: Need; element: HTMLElement; value(): unknown; photos(): Photo[]; trouble(): string };
export type Surroundings = { data: Data; draft: string; at: [number, number] | null; category: number | null; wordings: [string, string][] };

const MOST_PHOTOS = 9;
let count = 0;

const label = (need: Need): (Node | string)[] => [need.title, ...(need.required ? [] : [" ", el("span", { class: "optional" }, say("optional"))])];
const hint = (need: Need): HTMLElement | null => (need.hint || need.public ? el("p", { class: "hint" }, need.hint || (need.kind === "text" ? say("public_hint") : "")) : null);

function field(need: Need, element: HTMLElement, value: () => unknown, more: Partial<Field> = {}): Field {
  return {
    need, element, value, photos: () => [],
    trouble: () => {
      const given = value();
      const none = given === "" || given === null || (Array.isArray(given) && !given.length);
      if (need.required && none) return say("missing", { what: need.title });
      return typeof given === "string" && given.length > need.longest ? say("too_long", { what: need.title }) : "";
    },
    ...more,
  };
}

function text(need: Need, rows: number, wordings: [string, string][] = []): Field {
  const id = `f${++count}`;
  const control = el("textarea", { id, name: need.name, class: "control", rows, maxlength: need.longest });
  const take = (words: string) => {
    control.value = words;
    control.dispatchEvent(new Event("input", { bubbles: true })); // so that the draft keeps it
    control.focus();
  };
  const offered = wordings.map(([title, words]) => el("button", { type: "button", class: "chip", click: () => take(words) }, title));
  const picks = offered.length ? el("div", { class: "suggested", role: "group", "aria-label": say("wordings") }, el("p", {}, ...offered)) : null;
  return field(need, el("div", { class: "field" }, el("label", { for: id }, ...label(need)), hint(need), control, picks), () => control.value.trim());
}

function line(need: Need, type: string): Field {
  const id = `f${++count}`;
  const control = el("input", { id, name: need.name, class: `control ${type === "number" ? "short" : ""}`, type, ...(type === "number" ? { min: 1, max: 90, inputmode: "numeric" } : {}) });
  return field(need, el("div", { class: "field" }, el("label", { for: id }, ...label(need)), hint(need), control), () => control.value.trim());
}

function cards(need: Need, choices: [string | number, string][], chosen = ""): Field {
  const list = el("div", { class: "cards" });
  for (const [code, title] of choices) {
    list.append(el("label", { class: "radio-card" }, el("input", { type: "radio", name: need.name, value: code, checked: String(code) === chosen }), el("span", { class: "words" }, el("b", {}, title))));
  }
  const group = el("fieldset", { class: "field radio-cards" }, el("legend", {}, ...label(need)), hint(need), list);
  return field(need, group, () => group.querySelector<HTMLInputElement>("input:checked")?.value ?? "");
}

function select(need: Need, groups: Groups, none: string, chosen: number | null, several = false): Field {
  const id = `f${++count}`;
  const control = el("select", { id, name: need.name, class: "control", multiple: several });
  if (!several) control.append(el("option", { value: "" }, none));
  for (const [title, options] of groups) {
    control.append(el("optgroup", { label: title }, ...options.map(([value, words]) => el("option", { value, selected: value === chosen }, words))));
  }
  const value = () => (several ? [...control.selectedOptions].map((option) => Number(option.value)) : control.value && Number(control.value));
  return field(need, el("div", { class: "field" }, el("label", { for: id }, ...label(need)), hint(need), control), value);
}

function photos(need: Need, around: Surroundings): Field {
  const id = `f${++count}`;
  const draft = `${around.draft}:${need.name}`;
  let kept: Photo[] = [];
  const previews = el("ul", { class: "previews", "aria-live": "polite" });
  const words = el("p", { class: "hint", role: "status" });
  const show = () =>
    previews.replaceChildren(
      ...kept.map((photo) => {
        const remove = el("button", { type: "button", "aria-label": say("remove_photo"), click: () => void keepThese(kept.filter((other) => other !== photo)) }, icon("close"));
        return el("li", {}, pictureOf(new Blob([photo.bytes], { type: photo.type }), photo.name), remove);
      }),
    );
  // A phone that runs out of memory while the camera is open must not lose the photo taken before.
  const keepThese = async (these: Photo[]) => {
    kept = these;
    show();
    try {
      await keepDraftPhotos(draft, kept);
    } catch {
      words.textContent = say("remember_full");
    }
  };
  const input = el("input", { class: "sr", type: "file", id, accept: "image/*", multiple: true });
  input.addEventListener("change", async () => {
    const chosen = [...(input.files ?? [])];
    input.value = "";
    words.textContent = "";
    const more: Photo[] = [];
    for (const file of chosen) {
      if (kept.length + more.length >= MOST_PHOTOS) {
        words.textContent = say("too_many", { most: MOST_PHOTOS });
        break;
      }
      try {
        const small = await shrinkPhoto(file);
        more.push({ need: need.name, name: small.name, type: small.type, bytes: await small.arrayBuffer() });
      } catch {
        words.textContent = fill(say(troubleWith(file)), { name: file.name });
      }
    }
    await keepThese([...kept, ...more]);
  });
  void draftPhotos(draft).then((found) => found && ((kept = found), show()));
  const group = el("fieldset", { class: "field photo-picker" }, el("legend", {}, ...label(need)), hint(need),
    el("div", { class: "photos" }, previews, input, el("label", { class: "photo-add", for: id }, icon("camera", "l"), el("span", {}, say("add_photo")))), words);
  return field(need, group, () => kept.map((photo) => photo.name), { photos: () => kept, trouble: () => (need.required && !kept.length ? say("missing", { what: need.title }) : "") });
}

function position(need: Need, around: Surroundings): Field {
  let found: Position | null = null;
  const words = el("p", { class: "hint", role: "status" });
  const far = () => (found && around.at && need.metres ? Math.round(metresBetween(found, around.at)) : 0);
  const tooFar = () => need.metres > 0 && far() > need.metres;
  const show = (taken: Position | null) => {
    found = taken;
    if (!found) words.textContent = say("position_denied");
    else if (tooFar()) words.textContent = say(need.required ? "position_far" : "position_left_out", { far: far(), near: need.metres });
    else words.textContent = say("position_found", { metres: found.accuracy });
    ask.querySelector("span")!.textContent = say(found ? "again_position" : "take_position");
  };
  const take = async () => {
    words.textContent = say("position_searching");
    show(await takePosition());
  };
  const ask = button(say("take_position"), "secondary", () => void take(), { icon: "locate" });
  void mayLocate().then((may) => (may ? take() : undefined));
  void lastPosition().then((last) => last && Date.now() - last.at < 120_000 && !found && show(last));
  const group = el("fieldset", { class: "field" }, el("legend", {}, ...label(need)), hint(need), ask, words);
  // A position nobody asked for must not stand in the way: too far off, it is left out.
  const value = () => (found && (need.required || !tooFar()) ? { longitude: found.longitude, latitude: found.latitude } : null);
  return field(need, group, value, {
    trouble: () => {
      if (need.required && !found) return say("missing", { what: need.title });
      return need.required && tooFar() ? say("position_far", { far: far(), near: need.metres }) : "";
    },
  });
}

/** Words for the place, or where the phone is now. */
function place(need: Need): Field {
  const id = `f${++count}`;
  let found: Position | null = null;
  const control = el("input", { id, name: need.name, class: "control", type: "text", maxlength: 200 });
  const words = el("p", { class: "hint", role: "status" });
  const ask = button(say("take_position"), "secondary", async () => {
    words.textContent = say("position_searching");
    found = await takePosition();
    words.textContent = found ? say("position_found", { metres: found.accuracy }) : say("position_denied");
  }, { icon: "locate" });
  const value = () => (control.value.trim() || found ? { words: control.value.trim(), ...(found && { longitude: found.longitude, latitude: found.latitude }) } : null);
  return field(need, el("div", { class: "field" }, el("label", { for: id }, ...label(need)), hint(need), control, ask, words), value);
}

function tick(need: Need): Field {
  const id = `f${++count}`;
  const control = el("input", { type: "checkbox", id, name: need.name });
  return field(need, el("div", { class: "field" }, el("div", { class: "choice" }, control, el("label", { for: id }, need.title))), () => (control.checked ? "yes" : ""));
}

/** null for what a phone cannot ask and need not. */
export function fieldFor(need: Need, around: Surroundings): Field | null {
  const { data } = around;
  switch (need.kind) {
    case "text": return need.longest > 200 ? text(need, 3, need.name === "answer" ? around.wordings : []) : line(need, "text");
    case "place": return place(need);
    case "parts": return text(need, 4);
    case "choice": return cards(need, need.choices);
    case "urgency": return cards(need, data.urgencies);
    case "photos": return photos(need, around);
    case "position": return position(need, around);
    case "category": return select(need, data.classes, say("choose"), around.category);
    case "organisation": return select(need, data.units, say("choose"), null);
    case "organisations": return select(need, data.units, "", null, true);
    case "days": return line(need, "number");
    case "yes_no": return tick(need);
    default: return null;
  }
}
