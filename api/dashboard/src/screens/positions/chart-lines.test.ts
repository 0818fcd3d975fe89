import { describe, expect, it } from "vitest";
import { barAt, candlesOf, contractLines, markersOf, quietBand, underlyingLines, type PositionChart } from "./chart-lines";

const BARS = [
  { at: "2026-02-13T15:30:00Z", open: 3, high: 4, low: 2, close: 3.5 },
  { at: "2026-02-13T15:32:00Z", open: 3.5, high: 3.6, low: 3.4, close: 3.5 },
];
const mark = (current_price: number, marked_at: string) => ({ current_price, marked_at });

function level(reason: string, side: "at_or_below" | "at_or_above", price: number, more = {}): PositionChart["levels"][number] {
  return { reason, side, price, takes: "all", pnl_percent: 0, distance: null, distance_percent: null, ...more };
}

describe("the bars of a position's chart", () => {
  it("go on with the mark inside the last bar", () => {
    expect(candlesOf(BARS, mark(3.9, "2026-02-13T15:33:59Z"), 120).at(-1)).toEqual({ ...BARS[1], high: 3.9, close: 3.9 });
  });

  it("begin a new one when the last is over, from where that closed", () => {
    const made = candlesOf(BARS, mark(3.2, "2026-02-13T15:36:10Z"), 120);
    expect(made).toHaveLength(3);
    expect(made[2]).toEqual({ at: "2026-02-13T15:36:00.000Z", open: 3.5, high: 3.5, low: 3.2, close: 3.2 });
  });

  it("stay as they are for a mark that is older, or none, and for no bars", () => {
    expect(candlesOf(BARS, mark(9, "2026-02-13T15:31:00Z"), 120)).toEqual(BARS);
    expect(candlesOf(BARS, null, 120)).toEqual(BARS);
    expect(candlesOf([], mark(9, "2026-02-13T15:31:00Z"), 120)).toEqual([]);
    expect(barAt([], "2026-02-13T15:31:00Z", 60)).toBeNull();
  });
});

describe("what is drawn on it", () => {
  const markers: PositionChart["markers"] = [
    { kind: "signal", at: "2026-02-13T15:29:00Z", id: "s", price: 596, quantity: null, what: "long" },
    { kind: "order", at: "2026-02-13T15:30:01Z", id: "o", price: 3.5, quantity: 9, what: "buy_to_open" },
    { kind: "fill", at: "2026-02-13T15:31:01Z", id: "f", price: 3.52, quantity: 9, what: "buy_to_open" },
    { kind: "fill", at: "2026-02-13T15:33:01Z", id: "g", price: 1.75, quantity: 9, what: "stop_loss" },
  ];

  it("stands at the bar that shows its time, a signal before the first bar at that one", () => {
    expect(markersOf(markers, BARS, "underlying").map(({ at, text }) => [at.toString().slice(11, 16), text])).toEqual([
      ["15:30", "signal: long"],
      ["15:30", "bought 9"],
      ["15:32", "sold 9: stop"],
    ]);
  });

  it("is on the contract its fills, with their prices", () => {
    expect(markersOf(markers, BARS, "contract").map(({ text }) => text)).toEqual(["bought 9", "sold 9 at $1.75: stop"]);
    expect(markersOf(markers, [], "contract")).toEqual([]);
  });

  it("is the entry, the exit, and each armed level with its name", () => {
    const lines = contractLines({ entry_price: 3.52, exit_price: 1.75 }, [level("stop_loss", "at_or_below", 1.76)]);
    expect(lines.map(({ title, price }) => [title, price])).toEqual([
      ["entry", 3.52],
      ["exit", 1.75],
      ["stop", 1.76],
    ]);
    expect(contractLines({ entry_price: 3.52 }, [])).toHaveLength(1);
  });

  it("leaves out where the underlying would flatten the bars, or is unknown", () => {
    const levels = [
      level("stop_loss", "at_or_below", 1, { underlying_price: -5 }),
      level("deep_loss", "at_or_below", 2, { underlying_price: 1, takes: "part" }),
      level("profit_target", "at_or_above", 6, { underlying_price: 100 }),
      level("trail", "at_or_above", 4, { underlying_price: null }),
    ];
    expect(underlyingLines(levels, BARS).map(({ title, isDashed }) => [title, isDashed])).toEqual([
      ["≈ stop", true],
      ["≈ deep loss", true],
    ]);
  });

  it("has a band between the nearest levels where nothing fires", () => {
    const levels = [level("stop_loss", "at_or_below", 1), level("deep_loss", "at_or_below", 2), level("profit_target", "at_or_above", 6)];
    expect(quietBand(levels)).toEqual({ low: 2, high: 6 });
    expect(quietBand([])).toEqual({ low: null, high: null });
  });
});
