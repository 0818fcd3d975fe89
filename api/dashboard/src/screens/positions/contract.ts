/** A contract as traders name it, and how long it and a position last. Pure. */
import { day } from "@/ui/format";

interface Contract {
  symbol: string;
  strike: number;
  expiration: string;
  type: "call" | "put";
}

const DAY_MS = 86_400_000;

/** `SPX 2021-01-04 3700 C`; the strike without needless zeros. */
export function contractName({ symbol, expiration, strike, type }: Contract): string {
  return `${symbol} ${expiration} ${strike} ${type === "call" ? "C" : "P"}`;
}

/** Calendar days from an instant's date at the exchange to an expiration; 0 is its last day. */
export function daysLeft(expiration: string, at: string | null | undefined): number | null {
  if (at === null || at === undefined) return null;
  return Math.round((Date.parse(expiration) - Date.parse(day(at))) / DAY_MS);
}

/** Seconds from one instant to another; null as long as the second is unknown. */
export function secondsBetween(from: string, to: string | null | undefined): number | null {
  if (to === null || to === undefined) return null;
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
}
