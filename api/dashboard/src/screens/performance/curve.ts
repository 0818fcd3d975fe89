/** Equity and drawdown as curves: trade by trade where all trades are at hand, else day by day. Pure. */
import type { Schemas } from "@/api/client";
import type { Point } from "@/ui";

export type Summary = Schemas["PerformanceSummary"];
export type Trade = Schemas["TradeRow"];

/** A moment within the last minutes of regular trading, whichever the season: a day's figures hold from there on. */
export function closeOf(day: string): string {
  return `${day}T20:59:00Z`;
}

/** Return the trades that the summary is of, oldest first, or null when some of them are not at hand. */
export function tradesOf(summary: Summary, found: readonly Trade[]): Trade[] | null {
  const counted = found.filter((trade) => !trade.is_test);
  if (counted.length !== summary.total.trades) return null;
  return counted.sort((a, b) => Date.parse(a.exit_time) - Date.parse(b.exit_time));
}

/** Return equity over the period, from what it began with on. */
export function equityOf(summary: Summary, trades: readonly Trade[] | null): Point[] {
  const points: Point[] = [{ at: summary.since, value: summary.opening_equity }];
  if (trades === null) {
    for (const { day, equity } of summary.days) points.push({ at: closeOf(day), value: equity });
  } else {
    let cents = Math.round(summary.opening_equity * 100);
    for (const { exit_time, pnl } of trades) {
      cents += Math.round(pnl * 100);
      points.push({ at: exit_time, value: cents / 100 });
    }
  }
  points.push({ at: summary.until, value: summary.equity });
  return points.filter(({ at }) => Date.parse(String(at)) <= Date.parse(summary.until));
}

/** Return how far each point lies below the highest before it, percent of that, not positive. */
export function drawdownOf(equity: readonly Point[]): Point[] {
  let peak = Number.NEGATIVE_INFINITY;
  return equity.map(({ at, value }) => {
    peak = Math.max(peak, value);
    return { at, value: peak > 0 ? ((value - peak) / peak) * 100 : 0 };
  });
}

/** Return what an account was worth, as a curve. */
export function worthOf({ points }: Schemas["AccountHistory"]): Point[] {
  return points.map(({ at, equity }) => ({ at, value: equity }));
}
