// @vitest-environment happy-dom
import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LiveEvent } from "@/live/events";
import { ageing } from "@/live/queries";

function market(symbol: string): LiveEvent {
  return { event: "market", data: { symbol, price: 3700, price_at: "2021-01-04T15:00:00Z" } };
}

const keys = {
  spx: ["get", "/gamma/{symbol}", { params: { path: { symbol: "SPX" } } }],
  ndx: ["get", "/gamma/{symbol}", { params: { path: { symbol: "NDX" } } }],
  bars: ["get", "/underlyings/{symbol}", { params: { path: { symbol: "SPX" }, query: { timeframe: "5m" } } }],
  orders: ["get", "/orders", { params: { query: { limit: 50 } } }],
};

describe("what events make old", () => {
  const queries = new QueryClient();
  const isOld = (key: readonly unknown[]) => queries.getQueryState(key)?.isInvalidated;
  beforeEach(() => {
    vi.useFakeTimers();
    for (const key of Object.values(keys)) queries.setQueryData(key, {});
  });
  afterEach(() => vi.useRealTimers());

  it("is of a market what is known of that underlying, read at most each five seconds", () => {
    const old = ageing(queries);
    for (let ms = 0; ms < 4_900; ms += 100) {
      old.note(market("SPX"));
      vi.advanceTimersByTime(100);
    }
    expect(isOld(keys.spx)).toBe(false);
    vi.advanceTimersByTime(100);
    expect(Object.values(keys).map(isOld)).toEqual([true, false, true, false]);
    old.stop();
  });

  it("is read at a pace while events come without end", () => {
    const old = ageing(queries);
    let reads = 0;
    for (let ms = 0; ms < 6_000; ms += 100) {
      old.note({ event: "order", data: { change: "placed" } } as LiveEvent);
      vi.advanceTimersByTime(100);
      if (isOld(keys.orders) === true) {
        reads += 1;
        queries.setQueryData(keys.orders, {});
      }
    }
    expect(reads).toBe(6);
    old.stop();
  });

  it("is of an order all lists of orders, twice: the history is written a moment later", () => {
    const old = ageing(queries);
    old.note({ event: "order", data: { change: "placed" } } as LiveEvent);
    vi.advanceTimersByTime(400);
    expect(Object.values(keys).map(isOld)).toEqual([false, false, false, true]);
    queries.setQueryData(keys.orders, {});
    vi.advanceTimersByTime(2_099);
    expect(isOld(keys.orders)).toBe(false);
    vi.advanceTimersByTime(1);
    expect(isOld(keys.orders)).toBe(true);
    old.stop();
  });
});
