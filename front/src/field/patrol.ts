// A patrol: a light track that stays on this phone; its length, the grids and the cases it passed are sent as one entry.
import { button, el, icon, say } from "./drawing";
import { distanceWords, metresBetween } from "./place";
import { make } from "./queue";
import { dropNote, note, writeNote } from "./store";
import type { View } from "./today";

type Patrol = { started: number; track: [number, number][]; metres: number; cells: [number, number][]; cases: string[] };

const PASSED = 50; // metres: near enough to have looked
const STEP = 12; // metres: smaller ones are the trembling of the position
const ROUGH = 60; // metres: positions less sure than this are left out
let watching = 0;

/** About 100 m: enough to know the grid, too coarse to follow a person. */
const cell = (longitude: number, latitude: number): [number, number] => [Number(longitude.toFixed(3)), Number(latitude.toFixed(3))];

export function addPoint(patrol: Patrol, longitude: number, latitude: number, view: View): boolean {
  const last = patrol.track[patrol.track.length - 1];
  const far = last ? metresBetween({ longitude: last[0], latitude: last[1] }, [longitude, latitude]) : 0;
  if (last && far < STEP) return false;
  patrol.track.push([longitude, latitude]);
  patrol.metres += far;
  const here = cell(longitude, latitude);
  if (!patrol.cells.some((other) => other[0] === here[0] && other[1] === here[1])) patrol.cells.push(here);
  for (const matter of view.data.cases) {
    if (matter.at && !patrol.cases.includes(matter.number) && metresBetween({ longitude, latitude }, matter.at) <= PASSED) patrol.cases.push(matter.number);
  }
  return true;
}

function watch(patrol: Patrol, view: View): void {
  if (watching || !navigator.geolocation) return;
  void navigator.wakeLock?.request("screen").catch(() => null);
  watching = navigator.geolocation.watchPosition(
    async ({ coords }) => {
      if (coords.accuracy > ROUGH || !addPoint(patrol, coords.longitude, coords.latitude, view)) return;
      await writeNote("patrol", patrol);
      view.redraw();
    },
    () => null,
    { enableHighAccuracy: true, maximumAge: 5_000 },
  );
}

export async function drawPatrol(view: View): Promise<Node[]> {
  const patrol = await note<Patrol>("patrol");
  if (!patrol) {
    return [
      el("h1", {}, say("patrol")),
      el("p", {}, say("patrol_words")),
      el("p", { class: "quiet" }, say("patrol_screen")),
      button(say("patrol_start"), "primary", async () => {
        await writeNote("patrol", { started: Date.now(), track: [], metres: 0, cells: [], cases: [] } satisfies Patrol);
        view.redraw();
      }, { icon: "patrol", class: "wide" }),
    ];
  }
  watch(patrol, view);
  const minutes = Math.max(0, Math.round((Date.now() - patrol.started) / 60_000));
  const figure = (title: string, value: string) => el("div", { class: "figure" }, el("p", { class: "figure-label" }, title), el("p", { class: "figure-value" }, value));
  return [
    el("h1", { class: "row" }, icon("patrol"), say("patrol_running")),
    el("div", { class: "figures" }, figure(say("patrol_length"), distanceWords(patrol.metres)), figure(say("patrol_time"), say("minutes", { count: minutes })), figure(say("patrol_cases"), String(patrol.cases.length))),
    el("p", { class: "quiet" }, say("patrol_screen")),
    button(say("patrol_stop"), "primary", async () => {
      navigator.geolocation?.clearWatch(watching);
      watching = 0;
      const facts = { metres: Math.round(patrol.metres), minutes, cells: patrol.cells.slice(0, 400), cases: patrol.cases };
      await make({ kind: "patrol", title: say("patrol_done", { length: distanceWords(patrol.metres) }), facts, person: view.data.person });
      await dropNote("patrol");
      location.assign("/field/waiting/");
    }, { icon: "check", class: "wide" }),
    el("p", { class: "hint" }, say("patrol_words")),
  ];
}
