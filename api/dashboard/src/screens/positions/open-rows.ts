/** The held positions as rows: which are shown, and what they come to together. Pure. */
import type { Mark, Position } from "@/live";
import { contractName } from "./contract";
import { pnlAt, stopOf } from "./exits";

export interface Filter {
  /** part of a contract's name or symbol, in any case */
  text: string;
  /** null: whichever */
  engine: string | null;
}

export interface Totals {
  positions: number;
  contracts: number;
  /** dollars paid for what is held */
  cost: number;
  /** dollars at the marks; null while one is unknown */
  value: number | null;
  openPnl: number | null;
  /** of the cost */
  percent: number | null;
  /** dollars made if each stop were filled at its level; null while one is unknown */
  atStops: number | null;
}

const MULTIPLIER = 100;

export function shown(positions: Iterable<Position>, { text, engine }: Filter): Position[] {
  const wanted = text.trim().toUpperCase();
  return [...positions].filter(
    (row) =>
      (engine === null || engineOf(row) === engine) &&
      (wanted === "" || `${row.option_symbol} ${contractName(row)}`.toUpperCase().includes(wanted)),
  );
}

/** The engine that wanted a position; by hand nobody did. */
export function engineOf({ engine }: { engine: string | null }): string {
  return engine ?? "manual";
}

export function enginesOf(positions: Iterable<Position>): string[] {
  return [...new Set([...positions].map(engineOf))].sort();
}

/** The newest price of the contract that is known, dollars a share. */
export function priceOf(row: Position, mark: Mark | null | undefined): number | null {
  return mark?.current_price ?? row.current_price ?? null;
}

export function totalsOf(rows: readonly Position[], marks: ReadonlyMap<string, Mark>): Totals {
  let contracts = 0;
  let cost = 0;
  let value: number | null = 0;
  let atStops: number | null = 0;
  for (const row of rows) {
    contracts += row.quantity;
    cost += row.entry_price * row.quantity * MULTIPLIER;
    const price = priceOf(row, marks.get(row.position_id));
    value = value === null || price === null ? null : value + price * row.quantity * MULTIPLIER;
    const stop = stopOf(row.exits ?? []);
    atStops = atStops === null || stop === null ? null : atStops + pnlAt(stop.price, row.entry_price, row.quantity);
  }
  const openPnl = value === null ? null : value - cost;
  return {
    positions: rows.length,
    contracts,
    cost,
    value,
    openPnl,
    percent: openPnl === null || cost === 0 ? null : (openPnl / cost) * 100,
    atStops,
  };
}
