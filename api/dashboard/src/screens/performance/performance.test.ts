import { describe, expect, it } from "vitest";
import { askedOf, paramsOf } from "@/screens/performance/asked";
import { counted, weeksOf, type Day } from "@/screens/performance/calendar";
import { csvOf } from "@/screens/performance/csv";
import { drawdownOf, equityOf, tradesOf, type Summary, type Trade } from "@/screens/performance/curve";

function day(date: string, pnl: number, trades = 1): Day {
  return { day: date, pnl, trades, equity: 100, return_percent: null };
}

function trade(exit_time: string, pnl: number, is_test = false): Trade {
  return { exit_time, pnl, is_test } as Trade;
}

const SUMMARY = {
  since: "2026-02-12T21:00:00Z",
  until: "2026-02-13T21:00:00Z",
  opening_equity: 100,
  equity: 100.3,
  total: { trades: 2 },
  days: [{ day: "2026-02-13", pnl: 0.3, trades: 2, equity: 100.3, return_percent: 0.3 }],
} as Summary;

const TRADES = [
  trade("2026-02-13T16:00:00Z", 0.2),
  trade("2026-02-13T15:00:00Z", 0.1),
  trade("2026-02-13T14:45:00Z", 9, true),
];

describe("the curve of equity", () => {
  it("goes trade by trade in the order of their ends, tests left out, to the very cent", () => {
    const trades = tradesOf(SUMMARY, TRADES);
    expect(equityOf(SUMMARY, trades).map(({ value }) => value)).toEqual([100, 100.1, 100.3, 100.3]);
  });

  it("goes day by day where not all trades are at hand", () => {
    expect(tradesOf(SUMMARY, TRADES.slice(1))).toBeNull();
    const points = equityOf(SUMMARY, null);
    expect(points.map(({ value }) => value)).toEqual([100, 100.3, 100.3]);
  });

  it("tells how far it lies below its highest, and nothing of a peak at 0 or below", () => {
    const points = [10, 20, 15, 30].map((value, at) => ({ at, value }));
    expect(drawdownOf(points).map(({ value }) => value)).toEqual([0, 0, -25, 0]);
    expect(drawdownOf([{ at: 0, value: -5 }]).map(({ value }) => value)).toEqual([0]);
  });
});

describe("the calendar", () => {
  it("has a row a week, the newest first, with sums, and no place for a day without a session", () => {
    const weeks = weeksOf([day("2026-02-12", 1.1), day("2026-02-13", -0.1, 2), day("2026-02-17", 5)]);
    expect(weeks.map(({ monday, pnl, trades }) => [monday, pnl, trades])).toEqual([
      ["2026-02-16", 5, 1],
      ["2026-02-09", 1, 3],
    ]);
    expect(weeks[0]?.days.map((found) => found?.pnl ?? null)).toEqual([null, 5, null, null, null]);
  });

  it("counts days that were traded alone", () => {
    const found = counted([day("2026-02-11", 0, 0), day("2026-02-12", 3), day("2026-02-13", -2)]);
    expect([found.won, found.lost, found.best?.pnl, found.worst?.pnl]).toEqual([1, 1, 3, -2]);
    expect(counted([])).toEqual({ won: 0, lost: 0, best: null, worst: null });
  });
});

describe("what is asked for", () => {
  it("goes to the address and back", () => {
    const asked = { period: "3M", isShadow: true, symbol: "SPY" } as const;
    expect(askedOf(paramsOf(asked))).toEqual(asked);
    expect(askedOf(new URLSearchParams("period=2M"))).toEqual({ period: "1M", isShadow: false, symbol: null });
  });
});

describe("a file", () => {
  it("quotes what needs it, and makes no formulas", () => {
    expect(csvOf(["name", "pnl"], [['say "a, b"', -1.5], ["=1+1", null]])).toBe(
      'name,pnl\r\n"say ""a, b""",-1.5\r\n\'=1+1,\r\n',
    );
  });
});
