/** Closed positions: what is asked for, and what they come to together. Pure. */
import type { Schemas } from "@/api/client";
import { day, ZONE } from "@/ui/format";
import { engineOf } from "./open-rows";

export type Closed = Schemas["PositionRow"];

export interface Wanted {
  symbol: string;
  /** dates at the exchange, `2026-02-13`, both taken in; empty: without a bound */
  from: string;
  to: string;
}

export interface Query {
  symbol?: string;
  since?: string;
  until?: string;
}

export interface ClosedTotals {
  positions: number;
  pnl: number;
  wins: number;
  /** of all; null without any */
  winRate: number | null;
  meanPercent: number | null;
}

const DAY_MS = 86_400_000;
const SYMBOL = /^[A-Z0-9.^/_-]{1,20}$/;

/** Return the beginning of a date at the exchange, as an instant; null when it is none. */
export function dayBegins(date: string): string | null {
  const utc = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(utc)) return null;
  // 04:00 or 05:00 in UTC, as daylight saving has it: the one at which the exchange's date begins
  for (const hours of [4, 5]) {
    const at = utc + hours * 3_600_000;
    if (day(at) === date && day(at - 1) !== date) return new Date(at).toISOString();
  }
  return null;
}

export function queryOf({ symbol, from, to }: Wanted): Query {
  const name = symbol.trim().toUpperCase();
  const since = dayBegins(from);
  const last = dayBegins(to) === null ? null : dayBegins(new Date(Date.parse(to) + DAY_MS).toISOString().slice(0, 10));
  return {
    ...(name === "" ? {} : { symbol: name }),
    ...(since === null ? {} : { since }),
    ...(last === null ? {} : { until: last }),
  };
}

/** Return what is wrong with a filter, by its name. */
export function wrongIn({ symbol, from, to }: Wanted): Partial<Record<keyof Wanted, string>> {
  const name = symbol.trim().toUpperCase();
  return {
    ...(name === "" || SYMBOL.test(name) ? {} : { symbol: "A symbol, such as SPX" }),
    ...(from !== "" && to !== "" && from > to ? { to: "Before the first day" } : {}),
  };
}

export function ofEngine(rows: readonly Closed[], engine: string | null): Closed[] {
  return rows.filter((row) => engine === null || engineOf(row) === engine);
}

export function closedTotals(rows: readonly Closed[]): ClosedTotals {
  const pnls = rows.flatMap(({ realized_pnl }) => (realized_pnl === null || realized_pnl === undefined ? [] : [realized_pnl]));
  const percents = rows.flatMap(({ position_pnl_percent: percent }) => (percent === null || percent === undefined ? [] : [percent]));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const wins = pnls.filter((pnl) => pnl > 0).length;
  return {
    positions: rows.length,
    pnl: Math.round(sum(pnls) * 100) / 100,
    wins,
    winRate: pnls.length === 0 ? null : (wins / pnls.length) * 100,
    meanPercent: percents.length === 0 ? null : sum(percents) / percents.length,
  };
}

export const DATES_ARE = `Dates are the exchange's (${ZONE.replace("_", " ")}).`;
