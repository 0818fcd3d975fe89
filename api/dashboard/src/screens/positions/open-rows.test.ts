import { describe, expect, it } from "vitest";
import type { Mark, Position } from "@/live";
import { contractName, daysLeft, secondsBetween } from "./contract";
import { enginesOf, shown, totalsOf } from "./open-rows";

function position(id: string, fields: Partial<Position> = {}): Position {
  const stop = { reason: "stop_loss", side: "at_or_below", price: 1, takes: "all", pnl_percent: -50 } as const;
  return {
    position_id: id,
    symbol: "SPX",
    option_symbol: "SPXW210104C03700000",
    strike: 3700,
    expiration: "2021-01-04",
    type: "call",
    quantity: 2,
    entry_price: 2,
    engine: "A",
    exits: [{ ...stop, distance: null, distance_percent: null }],
    ...fields,
  } as Position;
}

const at = (price: number) => ({ current_price: price }) as Mark;

describe("held positions", () => {
  const rows = [position("a"), position("b", { symbol: "QQQ", option_symbol: "QQQ210108P00300000", strike: 300, type: "put", engine: null })];

  it("are filtered by a part of their contract in any case, and by engine", () => {
    expect(shown(rows, { text: " qqq", engine: null }).map((row) => row.position_id)).toEqual(["b"]);
    expect(shown(rows, { text: "3700 c", engine: null }).map((row) => row.position_id)).toEqual(["a"]);
    expect(shown(rows, { text: "", engine: "manual" }).map((row) => row.position_id)).toEqual(["b"]);
    expect(shown(rows, { text: "qqq", engine: "A" })).toEqual([]);
    expect(enginesOf(rows)).toEqual(["A", "manual"]);
  });

  it("come to the sum of what is held, at their newest marks", () => {
    const marks = new Map([
      ["a", at(2.5)],
      ["b", at(1.75)],
    ]);
    expect(totalsOf(rows, marks)).toEqual({
      positions: 2,
      contracts: 4,
      cost: 800,
      value: 850,
      openPnl: 50,
      percent: 6.25,
      atStops: -400,
    });
  });

  it("come to nothing that is known while one has no mark or no stop", () => {
    expect(totalsOf(rows, new Map([["a", at(2.5)]]))).toMatchObject({ cost: 800, value: null, openPnl: null });
    expect(totalsOf([position("a", { exits: [] })], new Map()).atStops).toBeNull();
    expect(totalsOf([], new Map())).toMatchObject({ positions: 0, openPnl: 0, percent: null });
  });
});

describe("a contract", () => {
  it("is named by what it is", () => {
    expect(contractName({ symbol: "SPY", expiration: "2026-02-20", strike: 596.5, type: "put" })).toBe(
      "SPY 2026-02-20 596.5 P",
    );
  });

  it("has as many days left as the exchange's calendar says, not the reader's", () => {
    // 20:30 in New York of the 4th is the 5th elsewhere
    expect(daysLeft("2021-01-05", "2021-01-05T01:30:00Z")).toBe(1);
    expect(daysLeft("2021-01-04", "2021-01-04T20:00:00Z")).toBe(0);
    expect(daysLeft("2021-03-15", "2021-03-12T20:00:00Z")).toBe(3);
    expect(daysLeft("2021-01-05", null)).toBeNull();
  });

  it("is held from one instant to another", () => {
    expect(secondsBetween("2021-01-04T14:30:00Z", "2021-01-04T14:31:05Z")).toBe(65);
    expect(secondsBetween("2021-01-04T14:30:00Z", undefined)).toBeNull();
  });
});
