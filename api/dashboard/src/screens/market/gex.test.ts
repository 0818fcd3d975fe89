import { describe, expect, it } from "vitest";
import { gapOf, levelsOf, nearest, placed, sidesOf, type Strike } from "@/screens/market/gex";

function strike(at: number): Strike {
  return {
    strike: at,
    call_open_interest: 10,
    put_open_interest: 4,
    call_gex: 300,
    put_gex: -100,
    net_gex: 200,
  };
}

const CHAIN = [590, 595, 600, 605, 610, 615].map(strike);

describe("exposure by strike", () => {
  it("has puts below zero, by exposure and by open interest alike", () => {
    expect(sidesOf(strike(600), "exposure")).toEqual({ strike: 600, call: 300, put: -100, net: 200 });
    expect(sidesOf(strike(600), "open-interest")).toEqual({ strike: 600, call: 10, put: -4, net: 6 });
  });

  it("shows the strikes around the price, and at an end of the chain as many", () => {
    const shown = (price: number | null) => nearest(CHAIN, price, 3).map((found) => found.strike);
    expect(shown(606)).toEqual([600, 605, 610]);
    expect(shown(1)).toEqual([590, 595, 600]);
    expect(shown(9_000)).toEqual([605, 610, 615]);
    expect(shown(null)).toEqual([600, 605, 610]);
    expect(nearest(CHAIN, 600, 50)).toBe(CHAIN);
  });

  it("tells the levels that are known, by price", () => {
    const gex = { zero_gamma_level: 588.4, max_pain: null };
    expect(levelsOf({ price: 596, gex, walls: { call: 600, put: null } }).map(({ name }) => name)).toEqual([
      "Zero gamma",
      "Spot",
      "Call wall",
    ]);
    expect(levelsOf({ price: null, gex: null, walls: null })).toEqual([]);
  });

  it("takes bars as wide as the narrowest gap between strikes", () => {
    expect(gapOf([590, 592.5, 600].map(strike))).toBe(2.5);
    expect(gapOf([strike(600)])).toBe(1);
  });

  it("puts names of levels that lie close into rows, within the edges", () => {
    const rows = placed(
      [
        { text: "Max pain", x: 10 },
        { text: "Spot", x: 30 },
        { text: "Call wall", x: 95 },
      ],
      100,
      5,
    );
    expect(rows.map(({ row }) => row)).toEqual([0, 1, 0]);
    expect(rows[0]?.left).toBe(0);
    expect(rows[2]?.left).toBe(55);
  });
});
