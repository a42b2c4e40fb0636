// Snap: a photo, a few words, a place; made on the spot, sent when there is a network.
import { el, say } from "./drawing";
import { drawForm } from "./form";
import type { Need } from "./kinds";
import { make } from "./queue";
import type { View } from "./today";

const DRAFT = "snap";

function need(name: string, kind: string, title: string, required: boolean, longest = 2000, hint = ""): Need {
  return { name, kind, title, required, longest, hint, choices: [], metres: 0, public: false };
}

export function drawSnap(view: View): Node[] {
  const needs = [
    need("photos", "photos", say("snap_photos"), false),
    need("words", "text", say("snap_words"), true),
    need("position", "position", say("snap_place"), false),
    need("address", "text", say("snap_address"), false, 200),
    need("urgency", "urgency", say("snap_urgency"), false),
    need("category", "category", say("snap_class"), false, 0, say("snap_class_hint")),
  ];
  const around = { data: view.data, draft: DRAFT, at: null, category: null, wordings: [] };
  const form = drawForm(needs, around, say("save"), async ({ facts, photos }) => {
    const words = String(facts.words ?? "");
    await make({ kind: "snap", title: say("snap_done"), matter: words.slice(0, 60), facts, photos, person: view.data.person });
    document.dispatchEvent(new CustomEvent("toast", { detail: { words: say(navigator.onLine ? "kept" : "kept_offline") } }));
  }, ({ facts }) => (facts.position || facts.address || view.data.place ? "" : say("snap_needs_place")));
  form.addEventListener("field:kept", () => {
    view.redraw();
    window.scrollTo(0, 0);
  });
  return [el("h1", { class: "sr" }, say("snap_title")), form];
}
