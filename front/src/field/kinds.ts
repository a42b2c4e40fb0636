// What the server gives a phone to work with, and what the phone keeps for the server.

export type Need = {
  name: string; kind: string; title: string; required: boolean; choices: [string, string][]; hint: string; metres: number; longest: number; public: boolean;
};
export type Move = { name: string; title: string; weight: "main" | "side" | "quiet"; stays: boolean; needs: Need[] };
export type Matter = {
  number: string; title: string; words: string; category: string; category_id: number | null; urgency: number; step: string; place: string; address: string;
  at: [number, number] | null; due: string | null; started: string | null; paused: boolean; supervised: number; voices: number; mine: boolean;
  wordings?: Record<string, [string, string][]>; // for each move that brings an answer: titles and words
  photos: string[]; seen: number; moves: string[]; after: Record<string, string[]>;
};
export type Groups = [string, [number, string][]][];
export type Data = {
  person: number; language: string; place: string; cases: Matter[]; moves: Record<string, Move>; classes: Groups; urgencies: [number, string][]; units: Groups;
  words: Record<string, string>;
};
export type Position = { longitude: number; latitude: number; accuracy: number; at: number };
export type Photo = { need: string; name: string; type: string; bytes: ArrayBuffer };
type Happening = { title: string; who: string; at: string; words: string };
export type Answer = {
  state: "done" | "refused" | "conflict" | "later"; words?: string; code?: string; field?: string; number?: string; step?: string;
  happened?: Happening[]; possible?: boolean; seen?: number;
};
export type Item = {
  seq?: number; key: string; person: number; kind: "move" | "snap" | "patrol"; title: string; matter: string; case: string; move: string; seen: number;
  facts: Record<string, unknown>; photos: Photo[]; made_at: string; state: "waiting" | "refused" | "conflict" | "done"; answer: Answer | null; tries: number; done_at?: string;
};
