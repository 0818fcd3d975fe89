import { describe, expect, it } from "vitest";
import { shortMoney, ticks } from "@/ui/scale";

describe("axes", () => {
  it("write sums of any size in few characters, with their sign", () => {
    expect([1_250_000_000, -92_000_000, 318_400_000, 12_340, 9_300, 0, 1.5].map((value) => shortMoney(value))).toEqual([
      "$1.25B",
      "−$92.0M",
      "$318M",
      "$12.3K",
      "$9,300",
      "$0",
      "$1.50",
    ]);
    expect(shortMoney(5e6, { isSigned: true })).toBe("+$5.00M");
  });

  it("have round ticks that reach beyond the values", () => {
    expect(ticks(-3, 17, 4)).toEqual([-5, 0, 5, 10, 15, 20]);
    expect(ticks(0, 0.9, 3)).toEqual([0, 0.5, 1]);
    expect(ticks(7, 7, 4)).toEqual([7]);
  });
});
