import { describe, expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import { aloneOf, drawn, spreadOf, standingOf } from "./pairs";

type Pair = Schemas["PairedComparison"]["items"][number];

describe("differences", () => {
  it("fall into ranges of a width one can say, none twice, with 0 between two", () => {
    const differences = [-180, -20, 0, 10, 35, 310];
    const bars = spreadOf(differences);
    expect(bars.reduce((sum, { value }) => sum + value, 0)).toBe(differences.length);
    expect(bars.map(({ label }) => label)).toContain("from $0");
    expect(new Set(bars.map(({ label }) => label)).size).toBe(bars.length);
    expect(bars[0]).toEqual({ label: "from −$200", value: 1 });
  });

  it("may be one, none, or all the same", () => {
    expect(spreadOf([])).toEqual([]);
    expect(spreadOf([0, 0])).toEqual([{ label: "from $0.00", value: 2 }]);
    expect(spreadOf([7]).reduce((sum, { value }) => sum + value, 0)).toBe(1);
  });
});

describe("the standing", () => {
  it("is plain about what may be said", () => {
    const outlook = { pairs: 0, least: 20, is_told: false, more: null, says: "" };
    expect([0, 19, 20].map((pairs) => standingOf({ outlook: { ...outlook, pairs } }))).toEqual(["none", "early", "open"]);
    expect(standingOf({ outlook: { ...outlook, pairs: 60, is_told: true } })).toBe("told");
  });

  it("counts apart what an engine made where the other recommended nothing", () => {
    const pair = (agreement: Pair["agreement"], pnl: number | null): Pair => ({
      experiment_id: "e",
      signal_id: "s",
      symbol: "SPY",
      created_at: "2026-02-13T15:30:00Z",
      is_identical: true,
      agreement,
      a: null,
      b: null,
      outcome_a: pnl === null ? null : { pnl, is_shadow: false },
      outcome_b: null,
      difference: null,
    });
    expect(aloneOf([pair("only_a", 100), pair("only_a", null), pair("same_contract", 7)])[0]).toEqual({
      engine: "A",
      signals: 2,
      closed: 1,
      pnl: 100,
    });
  });
});

describe("an interval", () => {
  it("is drawn with 0 in sight, or not at all while it has no ends", () => {
    const found = drawn(50, 75, 100);
    expect(found?.zero).toBe(4);
    expect(found?.high).toBe(96);
    expect(drawn(null, 1, null)).toBeNull();
    expect(drawn(0, 0, 0)?.mean).toBe(4);
  });
});
