/** What the list of signals is narrowed to: in the address of the page, so that it can be sent and come back to. Pure. */
import type { Schemas } from "@/api/client";
import { ZONE } from "@/ui/format";

type Row = Schemas["SignalListed"];

export interface Filters {
  symbol: string;
  direction: "" | Row["direction"];
  status: "" | Row["status"];
  engine: "" | "A" | "B";
  gate: string;
  /** exchange days, `2026-02-13`, both included */
  from: string;
  to: string;
}

export const NAMES = ["symbol", "direction", "status", "engine", "gate", "from", "to"] as const;

const DIRECTIONS = ["long", "short"] as const;
const STATUSES = ["pending", "approved", "rejected"] as const;
const ENGINES = ["A", "B"] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Return the filters of an address; what is none of ours is left out. */
export function filtersOf(search: URLSearchParams): Filters {
  const day = (name: string) => {
    const text = search.get(name) ?? "";
    return DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : "";
  };
  return {
    symbol: (search.get("symbol") ?? "").trim().toUpperCase(),
    direction: oneOf(DIRECTIONS, search.get("direction")),
    status: oneOf(STATUSES, search.get("status")),
    engine: oneOf(ENGINES, search.get("engine")),
    gate: search.get("gate") ?? "",
    from: day("from"),
    to: day("to"),
  };
}

function oneOf<Name extends string>(names: readonly Name[], found: string | null): Name | "" {
  return names.find((name) => name === found) ?? "";
}

/** Return an address's parameters with one filter changed; an empty one is not in it. */
export function withFilter(search: URLSearchParams, name: keyof Filters, value: string): URLSearchParams {
  const next = new URLSearchParams(search);
  if (value === "") next.delete(name);
  else next.set(name, value);
  return next;
}

export interface Query {
  symbol?: string;
  direction?: Row["direction"];
  status?: Row["status"];
  engine?: "A" | "B";
  gate?: string;
  since?: string;
  until?: string;
}

/** Return what the API is asked for. Days are the exchange's, from midnight to midnight. */
export function queryOf({ symbol, direction, status, engine, gate, from, to }: Filters): Query {
  return {
    ...(symbol !== "" && { symbol }),
    ...(direction !== "" && { direction }),
    ...(status !== "" && { status }),
    ...(engine !== "" && { engine }),
    ...(gate !== "" && { gate }),
    ...(from !== "" && { since: beginOf(from) }),
    ...(to !== "" && { until: beginOf(dayAfter(to)) }),
  };
}

/** Return the instant at which an exchange day begins. */
export function beginOf(day: string): string {
  const utc = Date.parse(`${day}T00:00:00Z`);
  // the zone's distance is that of the day's own midnight: clocks change in the hours after it
  const once = utc - distanceAt(utc);
  return new Date(utc - distanceAt(once)).toISOString();
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

const parts = new Intl.DateTimeFormat("en-CA", {
  timeZone: ZONE,
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** How many milliseconds the exchange's clock is ahead of UTC's. */
function distanceAt(ms: number): number {
  const found = Object.fromEntries(parts.formatToParts(ms).map(({ type, value }) => [type, value]));
  const { year = "", month = "", day = "", hour = "", minute = "", second = "" } = found;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) - ms;
}
