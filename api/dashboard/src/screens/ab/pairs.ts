/** What the screen works out of the pairs for display: nothing is tested here. Pure. */
import type { Schemas } from "@/api/client";
import type { Bar } from "@/ui";
import { money } from "@/ui/format";

type Compared = Schemas["PairedComparison"];

/** Return how often differences fall into ranges of one width; 0 always lies between two. Empty ones in between count. */
export function spreadOf(differences: readonly number[], wanted = 12): Bar[] {
  if (differences.length === 0) return [];
  const [low, high] = [Math.min(...differences, 0), Math.max(...differences, 0)];
  const width = roundWidth((high - low) / wanted);
  const first = Math.floor(low / width);
  const count = Math.max(1, Math.floor(high / width) - first + 1);
  const digits = width < 1 ? 2 : 0;
  const bars = Array.from({ length: count }, (_, number) => ({
    label: `from ${money((first + number) * width, { digits, isSigned: true })}`,
    value: 0,
  }));
  for (const difference of differences) {
    const bar = bars[Math.floor(difference / width) - first];
    if (bar !== undefined) bar.value += 1;
  }
  return bars;
}

/** The next of 1, 2, 5, 10, 20 … cents: a width that one can say. */
function roundWidth(width: number): number {
  if (width <= 0.01) return 0.01;
  const power = 10 ** Math.floor(Math.log10(width));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= width) ?? 10;
  return step * power;
}

export interface Alone {
  engine: "A" | "B";
  signals: number;
  /** of those, how many trades are closed, and what they made */
  closed: number;
  pnl: number;
}

/** What an engine made of the signals on which the other recommended nothing: no pair, so no test speaks of them. */
export function aloneOf(items: Compared["items"]): Alone[] {
  return (["A", "B"] as const).map((engine) => {
    const own = items.filter(({ agreement }) => agreement === (engine === "A" ? "only_a" : "only_b"));
    const made = own.flatMap(({ outcome_a, outcome_b }) => (engine === "A" ? outcome_a : outcome_b) ?? []);
    return { engine, signals: own.length, closed: made.length, pnl: made.reduce((sum, { pnl }) => sum + pnl, 0) };
  });
}

export type Standing = "told" | "early" | "open" | "none";

/** How far the comparison has come. */
export function standingOf({ outlook }: Pick<Compared, "outlook">): Standing {
  if (outlook.is_told) return "told";
  if (outlook.pairs === 0) return "none";
  return outlook.pairs < outlook.least ? "early" : "open";
}

export interface Drawn {
  /** percent of the width: where 0, the interval's ends and the mean stand */
  zero: number;
  low: number;
  high: number;
  mean: number;
}

/** Return where an interval stands on a line that shows 0 too, or null where it has no ends. */
export function drawn(low: number | null, mean: number | null, high: number | null): Drawn | null {
  if (low === null || high === null || mean === null) return null;
  const [left, right] = [Math.min(0, low, mean), Math.max(0, high, mean)];
  const span = right - left || 1;
  const at = (value: number) => 4 + ((value - left) / span) * 92;
  return { zero: at(0), low: at(low), high: at(high), mean: at(mean) };
}
