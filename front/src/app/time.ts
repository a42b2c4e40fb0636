// Times that tick: "5 minutes ago", deadline bars that fill, the wall's clock.
import { fill, inChinese } from "./pages";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const language = (): string => (inChinese() ? "zh-CN" : "en");

function amount(value: number, unit: "day" | "hour" | "minute"): string {
  if (language() === "zh-CN") return `${value}${{ day: "天", hour: "小时", minute: "分钟" }[unit]}`;
  return `${value} ${{ day: value === 1 ? "day" : "days", hour: "h", minute: "min" }[unit]}`;
}

/** A length of time in at most two units, worded as the server words it. */
export function lengthWords(milliseconds: number, units = 2): string {
  const days = Math.floor(milliseconds / DAY);
  const hours = Math.floor((milliseconds % DAY) / HOUR);
  const minutes = Math.floor((milliseconds % HOUR) / MINUTE);
  const parts = days ? [amount(days, "day"), hours && amount(hours, "hour")] : hours ? [amount(hours, "hour"), minutes && amount(minutes, "minute")] : [amount(minutes, "minute")];
  return parts.filter(Boolean).slice(0, units).join(language() === "zh-CN" ? "" : " ");
}

function tickRelative(element: HTMLTimeElement, now: number): void {
  const passed = now - Date.parse(element.dateTime);
  if (passed < 0 || passed >= 2 * DAY) return;
  const chinese = language() === "zh-CN";
  if (passed < MINUTE) element.textContent = chinese ? "刚刚" : "just now";
  else element.textContent = chinese ? `${lengthWords(passed, 1)}前` : `${lengthWords(passed, 1)} ago`;
}

function tickDeadline(element: HTMLElement, now: number): void {
  const started = Date.parse(element.dataset.started ?? "");
  const due = Date.parse(element.dataset.due ?? "");
  if (Number.isNaN(started) || Number.isNaN(due)) return;
  const filled = due > started ? Math.min(100, Math.max(0, Math.round((100 * (now - started)) / (due - started)))) : 100;
  const late = now > due;
  element.classList.toggle("breached", late);
  element.classList.toggle("soon", !late && filled >= 80);
  element.classList.toggle("running", !late && filled < 80);
  element.querySelector(".bar .fill")?.setAttribute("width", String(late ? 100 : filled));
  const words = element.querySelector("[data-deadline-words]");
  const sentence = (late ? element.dataset.over : element.dataset.left) ?? "{time}";
  if (words) words.textContent = fill(sentence, { time: lengthWords(Math.abs(due - now)) });
}

function tickClock(element: HTMLTimeElement, now: Date): void {
  const timeZone = element.dataset.clock || undefined; // the county's, wherever the screen stands
  const date = new Intl.DateTimeFormat(language(), { timeZone, month: "long", day: "numeric", weekday: "short" }).format(now);
  const time = new Intl.DateTimeFormat(language(), { timeZone, hour: "2-digit", minute: "2-digit", hour12: false }).format(now);
  element.textContent = `${date}  ${time}`;
}

function tick(): void {
  if (document.hidden) return;
  const now = new Date();
  document.querySelectorAll<HTMLTimeElement>("time[data-relative]").forEach((element) => tickRelative(element, now.getTime()));
  document.querySelectorAll<HTMLElement>("[data-deadline]").forEach((element) => tickDeadline(element, now.getTime()));
  document.querySelectorAll<HTMLTimeElement>("[data-clock]").forEach((element) => tickClock(element, now));
}

// A form that asks for it carries the phone's own time, to be kept beside the server's.
function noteDeviceTime(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  form.querySelectorAll<HTMLInputElement>("input[data-device-time]").forEach((input) => (input.value = new Date().toISOString()));
}

export function startTime(): void {
  tick();
  document.addEventListener("submit", noteDeviceTime, true);
  window.setInterval(tick, 20 * SECOND);
  document.addEventListener("visibilitychange", tick);
}
