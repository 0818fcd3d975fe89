/** Days as the weeks of a calendar, Monday to Friday, and what each came to. Pure. */
import type { Schemas } from "@/api/client";

export type Day = Schemas["DayRow"];

export interface Week {
  /** the date of its Monday */
  monday: string;
  /** Monday to Friday; null: no session */
  days: readonly (Day | null)[];
  pnl: number;
  trades: number;
}

const DAY_MS = 86_400_000;

/** Return weeks, the newest first. A day on a weekend counts into the Friday's week without a place of its own. */
export function weeksOf(days: readonly Day[]): Week[] {
  const weeks = new Map<string, { monday: string; days: (Day | null)[]; cents: number; trades: number }>();
  for (const day of days) {
    const ms = Date.parse(day.day);
    const place = (new Date(ms).getUTCDay() + 6) % 7;
    const monday = new Date(ms - place * DAY_MS).toISOString().slice(0, 10);
    const week = weeks.get(monday) ?? { monday, days: [null, null, null, null, null], cents: 0, trades: 0 };
    if (place < week.days.length) week.days[place] = day;
    week.cents += Math.round(day.pnl * 100);
    week.trades += day.trades;
    weeks.set(monday, week);
  }
  return [...weeks.values()]
    .map(({ cents, ...week }) => ({ ...week, pnl: cents / 100 }))
    .sort((a, b) => b.monday.localeCompare(a.monday));
}

export interface DayCount {
  won: number;
  lost: number;
  best: Day | null;
  worst: Day | null;
}

/** Return how many days with trades won and lost, and the best and the worst of them. */
export function counted(days: readonly Day[]): DayCount {
  const traded = days.filter(({ trades }) => trades > 0);
  const ranked = [...traded].sort((a, b) => a.pnl - b.pnl);
  return {
    won: traded.filter(({ pnl }) => pnl > 0).length,
    lost: traded.filter(({ pnl }) => pnl < 0).length,
    best: ranked.at(-1) ?? null,
    worst: ranked[0] ?? null,
  };
}
