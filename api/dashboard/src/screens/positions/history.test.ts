import { describe, expect, it } from "vitest";
import { closedTotals, dayBegins, ofEngine, queryOf, wrongIn, type Closed } from "./history";

describe("the filter of closed positions", () => {
  it("takes in whole days at the exchange, in winter, in summer and where the clocks change", () => {
    expect(dayBegins("2021-01-04")).toBe("2021-01-04T05:00:00.000Z");
    expect(dayBegins("2021-07-06")).toBe("2021-07-06T04:00:00.000Z");
    expect(queryOf({ symbol: "", from: "2021-03-14", to: "2021-03-14" })).toEqual({
      since: "2021-03-14T05:00:00.000Z",
      until: "2021-03-15T04:00:00.000Z",
    });
    expect(queryOf({ symbol: "", from: "2021-11-07", to: "2021-11-07" })).toEqual({
      since: "2021-11-07T04:00:00.000Z",
      until: "2021-11-08T05:00:00.000Z",
    });
  });

  it("asks for nothing that is not filled in", () => {
    expect(queryOf({ symbol: " spx ", from: "", to: "" })).toEqual({ symbol: "SPX" });
    expect(dayBegins("2021-13-40")).toBeNull();
  });

  it("says which field is wrong", () => {
    expect(wrongIn({ symbol: "no such", from: "2021-01-05", to: "2021-01-04" })).toEqual({
      symbol: "A symbol, such as SPX",
      to: "Before the first day",
    });
    expect(wrongIn({ symbol: "BRK.B", from: "2021-01-04", to: "2021-01-04" })).toEqual({});
  });
});

describe("closed positions", () => {
  const rows = [
    { engine: "A", realized_pnl: 120.1, position_pnl_percent: 30 },
    { engine: "B", realized_pnl: -60.05, position_pnl_percent: -10 },
    { engine: null, realized_pnl: null, position_pnl_percent: null },
  ] as Closed[];

  it("come to their sum, share of wins and mean of the entry price", () => {
    expect(closedTotals(rows)).toEqual({ positions: 3, pnl: 60.05, wins: 1, winRate: 50, meanPercent: 10 });
    expect(closedTotals([])).toEqual({ positions: 0, pnl: 0, wins: 0, winRate: null, meanPercent: null });
  });

  it("are those of one engine, or of nobody", () => {
    expect(ofEngine(rows, "B")).toHaveLength(1);
    expect(ofEngine(rows, "manual")).toHaveLength(1);
    expect(ofEngine(rows, null)).toHaveLength(3);
  });
});
