/** Exposure by strike: which strikes are shown, where they and the levels lie, and where the levels' names fit. Pure. */
import type { Schemas } from "@/api/client";

export type Strike = Schemas["StrikeRow"];

export type Measure = "exposure" | "open-interest";

export interface Level {
  name: string;
  price: number;
  line: "spot" | "zero-gamma" | "max-pain" | "wall";
}

export interface Sides {
  strike: number;
  /** not negative */
  call: number;
  /** not positive */
  put: number;
  net: number;
}

/** Return what calls and puts come to at a strike: puts below zero, as they are drawn. */
export function sidesOf(strike: Strike, measure: Measure): Sides {
  const [call, put] =
    measure === "exposure" ? [strike.call_gex, strike.put_gex] : [strike.call_open_interest, -strike.put_open_interest];
  return { strike: strike.strike, call, put, net: call + put };
}

/** Return the `count` strikes nearest to a price, lowest first; without a price those in the middle. */
export function nearest(strikes: readonly Strike[], price: number | null, count: number): readonly Strike[] {
  if (strikes.length <= count) return strikes;
  const middle = price ?? strikes[Math.floor(strikes.length / 2)]?.strike ?? 0;
  let first = 0;
  // strikes rise: the window moves on while what it gains is nearer than what it loses
  while (first + count < strikes.length) {
    const lost = strikes[first]?.strike ?? 0;
    const gained = strikes[first + count]?.strike ?? 0;
    if (Math.abs(lost - middle) <= Math.abs(gained - middle)) break;
    first += 1;
  }
  return strikes.slice(first, first + count);
}

/** Return the levels that are known, by price. */
export function levelsOf({
  price,
  gex,
  walls,
}: {
  price: number | null;
  gex: { zero_gamma_level: number | null; max_pain: number | null } | null;
  walls: { call: number | null; put: number | null } | null;
}): Level[] {
  const found: { name: string; price: number | null | undefined; line: Level["line"] }[] = [
    { name: "Spot", price, line: "spot" },
    { name: "Zero gamma", price: gex?.zero_gamma_level, line: "zero-gamma" },
    { name: "Max pain", price: gex?.max_pain, line: "max-pain" },
    { name: "Call wall", price: walls?.call, line: "wall" },
    { name: "Put wall", price: walls?.put, line: "wall" },
  ];
  return found
    .flatMap(({ price: at, ...level }) => (at === null || at === undefined ? [] : [{ ...level, price: at }]))
    .sort((a, b) => a.price - b.price);
}

/** Return the smallest distance between two strikes beside each other; 1 where there are no two. */
export function gapOf(strikes: readonly { strike: number }[]): number {
  const gaps = strikes.slice(1).map(({ strike }, number) => strike - (strikes[number]?.strike ?? strike));
  const known = gaps.filter((gap) => gap > 0);
  return known.length === 0 ? 1 : Math.min(...known);
}

export interface Label {
  text: string;
  /** pixels from the left, of what it names */
  x: number;
}

export interface PlacedLabel extends Label {
  /** from the left edge of the text */
  left: number;
  row: number;
}

/** Put labels, in their order, into as few rows as it takes for none to cover another, none beyond the edges. */
export function placed(labels: readonly Label[], width: number, characterPx: number): PlacedLabel[] {
  const ends: number[] = [];
  return labels.map((label) => {
    const long = label.text.length * characterPx;
    const left = Math.max(0, Math.min(width - long, label.x - long / 2));
    const free = ends.findIndex((end) => end + characterPx <= left);
    const row = free === -1 ? ends.length : free;
    ends[row] = left + long;
    return { ...label, left, row };
  });
}
