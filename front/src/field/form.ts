// The form of one move or one snap: its fields are its needs; what was typed and photographed survives the phone's death.
import { announce } from "../app/pages";
import { el, icon, notice, say } from "./drawing";
import { fieldFor, type Field, type Surroundings } from "./fields";
import type { Need, Photo } from "./kinds";
import { dropDraftPhotos } from "./store";

type Given = { facts: Record<string, unknown>; photos: Photo[] };

/** `send` keeps what was given; it throws when the phone has no room for it. */
export function drawForm(needs: Need[], around: Surroundings, title: string, send: (given: Given) => Promise<void>, check: (given: Given) => string = () => ""): HTMLFormElement {
  const fields = needs.map((need) => fieldFor(need, around)).filter((one): one is Field => one !== null);
  const trouble = el("div", { role: "alert" });
  const submit = el("button", { type: "submit", class: "button primary wide" }, icon("send"), el("span", {}, title));
  const form = el("form", { class: "stack", novalidate: true, "data-draft": `field:${around.draft}` }, trouble, ...fields.map((one) => one.element), submit);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.disabled) return;
    const wrong = fields.filter((one) => markTrouble(one));
    const given: Given = { facts: {}, photos: fields.flatMap((one) => one.photos()) };
    for (const one of fields) {
      const value = one.value();
      if (one.need.kind !== "photos" && value !== "" && value !== null) given.facts[one.need.name] = value;
    }
    const sentence = wrong.length ? "" : check(given);
    trouble.replaceChildren(...(sentence ? [notice("bad", sentence)] : []));
    if (wrong.length || sentence) {
      const first = wrong[0]?.element ?? trouble;
      first.scrollIntoView({ block: "center" });
      first.querySelector<HTMLElement>("textarea, select, input, button")?.focus({ preventScroll: true });
      return;
    }
    submit.disabled = true;
    try {
      await send(given);
      announce(form, "draft:clear");
      await Promise.all(needs.filter((need) => need.kind === "photos").map((need) => dropDraftPhotos(`${around.draft}:${need.name}`)));
      announce(form, "field:kept");
    } catch {
      submit.disabled = false;
      trouble.replaceChildren(notice("bad", say("remember_full")));
      trouble.scrollIntoView({ block: "center" });
    }
  });
  return form;
}

function markTrouble(one: Field): boolean {
  const sentence = one.trouble();
  one.element.classList.toggle("wrong", Boolean(sentence));
  one.element.querySelector(".error")?.remove();
  if (sentence) one.element.querySelector("label, legend")?.after(el("p", { class: "error" }, sentence));
  return Boolean(sentence);
}
