/** What would take a position out from here, and how far a mark is from it. Pure. */
import type { Schemas } from "@/api/client";
import { words } from "@/ui/format";

export type Exit = Schemas["ExitRow"];

const MULTIPLIER = 100;

const NAMES: Readonly<Record<string, string>> = {
  stop_loss: "stop",
  trailing_stop: "trailing stop",
  profit_target: "target",
  partial_profit: "part of the profit",
  deep_loss: "deep loss",
  trail: "trail moves",
};

export const TAKES: Readonly<Record<Exit["takes"], string>> = {
  all: "all",
  part: "a part",
  nothing: "nothing: the stop moves up",
};

export interface Away {
  /** dollars a share, from the mark to the level; below 0 once it is passed. null without a mark */
  distance: number | null;
  /** of the mark */
  percent: number | null;
}

export function exitName(reason: string | null | undefined): string {
  return reason === null || reason === undefined ? "–" : (NAMES[reason] ?? words(reason));
}

/** Return how far a mark is from a level. */
export function away({ side, price }: Pick<Exit, "side" | "price">, mark: number | null | undefined): Away {
  if (mark === null || mark === undefined) return { distance: null, percent: null };
  const distance = side === "at_or_below" ? mark - price : price - mark;
  return { distance, percent: mark > 0 ? (distance / mark) * 100 : null };
}

/** Return the level that closes all below the mark: the stop, whatever has put it there. */
export function stopOf(exits: readonly Exit[]): Exit | null {
  return exits.findLast(({ side, takes }) => side === "at_or_below" && takes === "all") ?? null;
}

export function targetOf(exits: readonly Exit[]): Exit | null {
  return exits.find(({ side, takes }) => side === "at_or_above" && takes === "all") ?? null;
}

/** Return the level that is nearest to a mark, and takes something. */
export function nearestOf(exits: readonly Exit[], mark: number | null | undefined): Exit | null {
  const found = exits
    .filter(({ takes }) => takes !== "nothing")
    .map((exit) => ({ exit, gap: away(exit, mark).distance }))
    .filter((one): one is { exit: Exit; gap: number } => one.gap !== null)
    .sort((a, b) => a.gap - b.gap);
  return found[0]?.exit ?? null;
}

/** Dollars that contracts make at a price of the contract. */
export function pnlAt(price: number, entry: number, contracts: number): number {
  return Math.round((price - entry) * contracts * MULTIPLIER * 100) / 100;
}

export interface Placed {
  key: string;
  /** 0 to 100, from the lowest level to the highest */
  x: number;
  exit: Exit;
}

/**
 * Return where levels, entry and mark stand between the outermost of them. The mark stays at the edge where it has gone
 * past; null where there is no room: fewer than two prices.
 */
export function track(
  exits: readonly Exit[],
  entry: number,
  mark: number | null | undefined,
): { levels: Placed[]; entry: number; mark: number | null } | null {
  if (exits.length === 0) return null;
  const prices = [...exits.map(({ price }) => price), entry];
  const low = Math.min(...prices);
  const high = Math.max(...prices);
  if (high === low) return null;
  const x = (price: number) => Math.min(100, Math.max(0, ((price - low) / (high - low)) * 100));
  return {
    levels: exits.map((exit) => ({ key: `${exit.reason} ${exit.price}`, x: x(exit.price), exit })),
    entry: x(entry),
    mark: mark === null || mark === undefined ? null : x(mark),
  };
}
