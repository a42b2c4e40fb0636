// Where the worker is: asked for once a page, remembered a while, and how far things are from there.
import { say } from "./drawing";
import type { Position } from "./kinds";
import { note, writeNote } from "./store";

const FRESH = 15 * 60 * 1000;

export function metresBetween(one: { longitude: number; latitude: number }, other: [number, number]): number {
  const radians = Math.PI / 180;
  const x = (other[0] - one.longitude) * radians * Math.cos(((other[1] + one.latitude) / 2) * radians);
  const y = (other[1] - one.latitude) * radians;
  return Math.hypot(x, y) * 6_371_000;
}

export function distanceWords(metres: number): string {
  if (metres < 1000) return say("metres", { count: metres < 100 ? Math.round(metres / 5) * 5 : Math.round(metres / 10) * 10 });
  return say("kilometres", { count: metres < 10_000 ? (metres / 1000).toFixed(1) : Math.round(metres / 1000) });
}

export async function lastPosition(): Promise<Position | null> {
  const kept = await note<Position>("position");
  return kept && Date.now() - kept.at < FRESH ? kept : null;
}

export function takePosition(): Promise<Position | null> {
  return new Promise((done) => {
    if (!navigator.geolocation) return done(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const found = { longitude: coords.longitude, latitude: coords.latitude, accuracy: Math.max(1, Math.round(coords.accuracy)), at: Date.now() };
        void writeNote("position", found);
        done(found);
      },
      () => done(null),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 20_000 },
    );
  });
}
