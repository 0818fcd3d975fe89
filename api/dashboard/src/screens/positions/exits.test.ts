import { describe, expect, it } from "vitest";
import { away, exitName, nearestOf, pnlAt, stopOf, targetOf, track, type Exit } from "./exits";

function exit(reason: string, side: Exit["side"], price: number, takes: Exit["takes"] = "all"): Exit {
  return { reason, side, price, takes, pnl_percent: 0, distance: null, distance_percent: null };
}

const EXITS = [
  exit("stop_loss", "at_or_below", 2),
  exit("deep_loss", "at_or_below", 3, "part"),
  exit("trail", "at_or_above", 4.5, "nothing"),
  exit("profit_target", "at_or_above", 6),
];

describe("the exits ahead", () => {
  it("are as far away as the mark has to go, below or above", () => {
    expect(away({ side: "at_or_below", price: 2 }, 4)).toEqual({ distance: 2, percent: 50 });
    expect(away({ side: "at_or_above", price: 6 }, 4)).toEqual({ distance: 2, percent: 50 });
    expect(away({ side: "at_or_below", price: 2 }, 1.5).distance).toBeLessThan(0);
  });

  it("are at no distance that is known without a mark, and at no percentage of nothing", () => {
    expect(away({ side: "at_or_below", price: 2 }, null)).toEqual({ distance: null, percent: null });
    expect(away({ side: "at_or_above", price: 2 }, 0)).toEqual({ distance: 2, percent: null });
  });

  it("have a stop and a target, which take all", () => {
    expect(stopOf(EXITS)?.reason).toBe("stop_loss");
    expect(targetOf(EXITS)?.reason).toBe("profit_target");
    expect([stopOf([]), targetOf([])]).toEqual([null, null]);
  });

  it("have a nearest one that takes something", () => {
    expect(nearestOf(EXITS, 4.4)?.reason).toBe("deep_loss");
    expect(nearestOf(EXITS, 5.5)?.reason).toBe("profit_target");
    expect(nearestOf(EXITS, undefined)).toBeNull();
  });

  it("stand in order between the outermost, with a mark that cannot leave", () => {
    const drawn = track(EXITS, 4, 9);
    expect(drawn?.levels.map(({ x }) => x)).toEqual([0, 25, 62.5, 100]);
    expect([drawn?.entry, drawn?.mark]).toEqual([50, 100]);
    expect(track([], 4, 4)).toBeNull();
    expect(track([exit("stop_loss", "at_or_below", 4)], 4, 4)).toBeNull();
  });

  it("make so many dollars, to the cent", () => {
    expect(pnlAt(3.78, 3.52, 9)).toBe(234);
    expect(pnlAt(0.1, 0.3, 1)).toBe(-20);
  });

  it("are named as traders do", () => {
    expect([exitName("stop_loss"), exitName("min_dte_exit"), exitName(null)]).toEqual(["stop", "min dte exit", "–"]);
  });
});
