import { describe, expect, it } from "vitest";
import { duration, money, percent, when, words } from "@/ui/format";

describe("figures", () => {
  it("have a real minus before the dollar, and a plus where a change is meant", () => {
    expect([money(1234.5), money(-3), money(3, { isSigned: true }), money(0, { isSigned: true })]).toEqual([
      "$1,234.50",
      "−$3.00",
      "+$3.00",
      "$0.00",
    ]);
    expect(percent(-1.25, { isSigned: true, digits: 2 })).toBe("−1.25 %");
    expect(money(null)).toBe("–");
  });

  it("tell lengths of time", () => {
    expect([4, 61, 3_900, 100_000].map(duration)).toEqual(["4 s", "1 min", "1 h 05 min", "1 d 3 h"]);
  });

  it("tell the exchange's time with its zone, in winter and in summer", () => {
    expect(when("2021-01-04T14:30:00Z")).toBe("2021-01-04 09:30:00 EST");
    expect(when("2021-07-06T13:30:00Z")).toBe("2021-07-06 09:30:00 EDT");
    expect(words("buy_to_open")).toBe("buy to open");
    expect(words("expiration_2021-01-15")).toBe("expiration 2021-01-15");
  });
});
