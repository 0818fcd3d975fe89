import { describe, expect, it } from "vitest";
import type { LiveEvent } from "@/live/events";
import { HAPPENINGS_MAX, NOTHING, reduced } from "@/live/state";

function position(id: string, change: "held" | "opened" | "closed"): LiveEvent {
  return {
    event: "position",
    data: { position_id: id, change, symbol: "SPX", exit_timestamp: "2021-01-04T15:00:00Z", realized_pnl: 12 },
  } as LiveEvent;
}

function mark(id: string, price: number): LiveEvent {
  return { event: "mark", data: { position_id: id, current_price: price } } as LiveEvent;
}

function hello(resync: boolean): LiveEvent {
  return { event: "hello", data: { cursor: "c", resync, account_id: "paper", heartbeat_s: 1 } };
}

const RISK = { event: "risk", data: { halted: false } } as LiveEvent;

describe("what the stream tells", () => {
  it("is known once the risk has come, after all positions that are held", () => {
    const before = reduced(NOTHING, [hello(false), position("a", "held")]);
    expect(before.isKnown).toBe(false);
    expect(reduced(before, [RISK]).isKnown).toBe(true);
  });

  it("has a position until it is closed, and its newest mark alone", () => {
    const held = reduced(NOTHING, [position("a", "opened"), mark("a", 1), mark("a", 2)]);
    expect(held.marks.get("a")?.current_price).toBe(2);
    const closed = reduced(held, [position("a", "closed")]);
    expect([closed.positions.size, closed.marks.size]).toEqual([0, 0]);
    expect(closed.happenings[0]).toMatchObject({ kind: "exit", position_id: "a", pnl: 12 });
  });

  it("has a position at the mark it was told with, however many contracts were held before", () => {
    const changed = { ...position("a", "opened").data, current_price: 3, unrealized_pnl: 40, position_pnl_percent: 5, marked_at: "2021-01-04T15:00:00Z" };
    const before = reduced(NOTHING, [position("a", "opened"), mark("a", 3)]);
    const after = reduced(before, [{ event: "position", data: { ...changed, change: "changed" } } as LiveEvent]);
    expect(after.marks.get("a")).toMatchObject({ current_price: 3, unrealized_pnl: 40 });
    expect(reduced(after, [position("a", "opened")]).marks.get("a")).toBe(after.marks.get("a"));
  });

  it("has the newest price of each underlying", () => {
    const price = (symbol: string, value: number) =>
      ({ event: "market", data: { symbol, price: value, price_at: "2021-01-04T15:00:00Z" } }) as LiveEvent;
    const { prices } = reduced(NOTHING, [price("SPX", 1), price("NDX", 2), price("SPX", 3)]);
    expect([...prices.values()].map((told) => told.price)).toEqual([3, 2]);
  });

  it("leaves alone what a batch does not concern", () => {
    const held = reduced(NOTHING, [position("a", "held"), position("b", "held"), mark("a", 1), mark("b", 1)]);
    const next = reduced(held, [mark("a", 2)]);
    expect(next.positions).toBe(held.positions);
    expect(next.happenings).toBe(held.happenings);
    expect(next.marks.get("b")).toBe(held.marks.get("b"));
    expect(held.marks.get("a")?.current_price).toBe(1);
  });

  it("keeps positions over a break that is made good, and forgets them when too much was missed", () => {
    const held = reduced(NOTHING, [position("a", "held"), RISK]);
    expect(reduced(held, [hello(false)]).positions.size).toBe(1);
    const anew = reduced(held, [hello(true), position("b", "held")]);
    expect([...anew.positions.keys()]).toEqual(["b"]);
    expect(anew.isKnown).toBe(false);
  });

  it("keeps so many things that happened, the newest first", () => {
    const many = Array.from({ length: HAPPENINGS_MAX + 10 }, (_, number) => position(String(number), "closed"));
    const { happenings } = reduced(NOTHING, many);
    expect(happenings).toHaveLength(HAPPENINGS_MAX);
    expect(happenings[0]?.id).toBe(String(HAPPENINGS_MAX + 9));
  });
});
