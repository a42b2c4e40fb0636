// Long lists to choose from: a <select data-choose> becomes a field one types a part of the name into.
// The select itself stays, hidden, and holds the choice: what is sent, kept as a draft and checked does not change.
import { drawIcon, inChinese, whenPresent } from "./pages";

const FEW = 12; // shorter lists are read faster than typed into
const SHOWN = 60;

type Entry = { option: HTMLOptionElement; group: string; words: string };

function entriesOf(select: HTMLSelectElement): Entry[] {
  return [...select.options].filter((option) => option.value).map((option) => {
    const group = option.parentElement instanceof HTMLOptGroupElement ? option.parentElement.label : "";
    return { option, group, words: option.text.trim() };
  });
}

class Chooser {
  private readonly entries: Entry[];
  private readonly input = document.createElement("input");
  private readonly list = document.createElement("div");
  private readonly chosen = document.createElement("div");
  private shown: Entry[] = [];
  private at = -1;

  constructor(private readonly select: HTMLSelectElement) {
    this.entries = entriesOf(select);
    const id = select.id || `choose-${Math.random().toString(36).slice(2)}`;
    const frame = document.createElement("div");
    frame.className = "chooser";
    Object.assign(this.input, { type: "text", className: select.className, autocomplete: "off", id });
    this.input.dataset.notKept = "";
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-list` })) this.input.setAttribute(name, value);
    for (const name of ["aria-describedby", "aria-invalid", "aria-label"]) {
      const said = select.getAttribute(name);
      if (said) this.input.setAttribute(name, said);
    }
    this.list.id = `${id}-list`;
    this.list.className = "chooser-list";
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    this.chosen.className = "tags chooser-chosen";
    select.id = `${id}-value`;
    select.classList.add("sr");
    select.tabIndex = -1;
    select.setAttribute("aria-hidden", "true");
    select.before(frame);
    frame.append(this.input, this.list, select);
    if (select.multiple) {
      frame.prepend(this.chosen);
      this.list.setAttribute("aria-multiselectable", "true");
    }
    // The browser asks the field for what is missing; it cannot point at a control nobody sees.
    this.input.required = select.required;
    select.required = false;
    this.listen(frame);
    this.show();
  }

  private listen(frame: HTMLElement): void {
    this.input.addEventListener("input", () => this.open(this.input.value));
    this.input.addEventListener("click", () => this.list.hidden && this.open(""));
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.select.addEventListener("change", () => this.show());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the field keeps the focus
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-at]") : null;
      if (row) this.take(this.shown[Number(row.dataset.at)]!);
    });
    this.chosen.addEventListener("click", (event) => {
      const cross = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-value]") : null;
      if (cross) this.set(cross.dataset.value!, false);
    });
    frame.addEventListener("focusout", (event) => {
      if (event.relatedTarget instanceof Node && frame.contains(event.relatedTarget)) return;
      this.close();
      this.show(); // half a word is no choice
    });
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const closed = this.list.hidden;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        event.preventDefault();
        if (closed) return this.open("");
        return this.point(this.at + (event.key === "ArrowDown" ? 1 : -1));
      case "Enter":
        if (closed || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        if (this.shown[this.at]) this.take(this.shown[this.at]!);
        return;
      case "Escape":
        if (closed) return;
        event.preventDefault();
        event.stopPropagation(); // the list closes, the dialog around it stays
        this.close();
        return this.show();
      case "Backspace":
        if (this.select.multiple && !this.input.value) {
          const last = [...this.select.selectedOptions].pop();
          if (last) this.set(last.value, false);
        }
    }
  }

  private open(typed: string): void {
    const words = typed.trim().toLowerCase();
    const fits = (entry: Entry) => !words || entry.words.toLowerCase().includes(words) || entry.group.toLowerCase().includes(words);
    this.shown = this.entries.filter((entry) => !(this.select.multiple && entry.option.selected) && fits(entry));
    // Names that begin so stand before names that only hold it.
    if (words) this.shown.sort((one, other) => Number(other.words.toLowerCase().startsWith(words)) - Number(one.words.toLowerCase().startsWith(words)));
    this.shown = this.shown.slice(0, SHOWN);
    let group = "";
    const parts: HTMLElement[] = [];
    this.shown.forEach((entry, at) => {
      if (entry.group !== group && !words) parts.push(this.heading(entry.group));
      group = entry.group;
      parts.push(this.row(entry, at, words ? entry.group : ""));
    });
    if (!parts.length) parts.push(this.heading(this.select.dataset.none ?? "—"));
    this.list.replaceChildren(...parts);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.point(words || !this.select.value ? 0 : this.shown.findIndex((entry) => entry.option.selected));
  }

  private heading(words: string): HTMLElement {
    const heading = document.createElement("p");
    heading.className = "chooser-group";
    heading.setAttribute("role", "presentation");
    heading.textContent = words;
    return heading;
  }

  private row(entry: Entry, at: number, group: string): HTMLElement {
    const row = document.createElement("div");
    row.id = `${this.list.id}-${at}`;
    row.dataset.at = String(at);
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", String(entry.option.selected));
    row.textContent = entry.words;
    if (group) {
      const small = document.createElement("small");
      small.textContent = group;
      row.append(small);
    }
    return row;
  }

  private point(at: number): void {
    const rows = this.list.querySelectorAll<HTMLElement>("[data-at]");
    this.at = Math.min(Math.max(at, 0), rows.length - 1);
    rows.forEach((row, index) => row.classList.toggle("here", index === this.at));
    const here = rows[this.at];
    if (here) this.input.setAttribute("aria-activedescendant", here.id);
    else this.input.removeAttribute("aria-activedescendant");
    here?.scrollIntoView({ block: "nearest" });
  }

  private take(entry: Entry): void {
    this.close();
    this.set(entry.option.value, true);
    if (!this.select.multiple) this.input.select();
  }

  private set(value: string, on: boolean): void {
    if (this.select.multiple) {
      for (const entry of this.entries) if (entry.option.value === value) entry.option.selected = on;
    } else this.select.value = value;
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private close(): void {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  /** What is chosen, as the select has it: the name in the field, or a tag each below it. */
  private show(): void {
    if (!this.select.multiple) {
      const option = this.select.selectedOptions[0];
      this.input.value = option?.value ? option.text.trim() : "";
      this.input.placeholder = this.select.dataset.choose ?? "";
      return;
    }
    this.input.value = "";
    this.input.placeholder = this.select.dataset.choose ?? "";
    this.chosen.replaceChildren(...[...this.select.selectedOptions].map((option) => this.tag(option)));
  }

  private tag(option: HTMLOptionElement): HTMLElement {
    const tag = document.createElement("span");
    tag.className = "tag line";
    const cross = document.createElement("button");
    cross.type = "button";
    cross.className = "remove";
    cross.dataset.value = option.value;
    cross.setAttribute("aria-label", (inChinese() ? "移除" : "Remove ") + option.text.trim());
    cross.append(drawIcon("close"));
    tag.append(option.text.trim(), cross);
    return tag;
  }
}

export function startChoosing(): void {
  whenPresent<HTMLSelectElement>("select[data-choose]", (select) => {
    if (select.options.length > FEW) new Chooser(select);
  });
  // One touch fills a field: <button data-pick="name of the field" data-value="12">.
  document.addEventListener("click", (event) => {
    const pick = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-pick]") : null;
    const field = pick && document.querySelector<HTMLInputElement>(`:is(select, input, textarea)[name="${CSS.escape(pick.dataset.pick ?? "")}"]`);
    if (!pick || !field) return;
    field.value = pick.dataset.value ?? "";
    for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  });
}
