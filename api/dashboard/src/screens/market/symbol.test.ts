import { describe, expect, it } from "vitest";
import { chosenOf, ordered, symbolOf, type Underlying } from "@/screens/market/symbol";

function underlying(symbol: string, more: Partial<Underlying> = {}): Underlying {
  return { symbol, is_held: false, is_watched: false, is_known: true, ...more };
}

describe("the underlying that is shown", () => {
  const items = [
    underlying("AAPL", { is_known: false, is_watched: true }),
    underlying("DIA"),
    underlying("QQQ", { is_watched: true }),
    underlying("SPY", { is_held: true }),
  ];

  it("is looked for among what is held first, and last among what nothing is known of", () => {
    expect(ordered(items).map(({ symbol }) => symbol)).toEqual(["SPY", "QQQ", "DIA", "AAPL"]);
  });

  it("is the address's, else the remembered one, else the first", () => {
    expect(chosenOf("spx", "QQQ", items)).toBe("SPX");
    expect(chosenOf(null, "QQQ", items)).toBe("QQQ");
    expect(chosenOf("no symbol!", null, items)).toBe("SPY");
    expect(chosenOf(null, null, undefined)).toBeNull();
  });

  it("is written in capitals, and nothing but a symbol", () => {
    expect([" brk.b ", "", "a/b", "x".repeat(21)].map(symbolOf)).toEqual(["BRK.B", null, null, null]);
  });
});
