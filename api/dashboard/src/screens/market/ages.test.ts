import { describe, expect, it } from "vitest";
import { ageOf, byLength, minutesOf } from "@/screens/market/ages";

describe("what is known of a market", () => {
  it("is as old as the answer says, and never of the future", () => {
    expect(ageOf("2026-02-13T15:25:00Z", "2026-02-13T15:30:00Z")).toBe(300);
    expect(ageOf("2026-02-13T15:30:01Z", "2026-02-13T15:30:00Z")).toBe(0);
  });

  it("is told from the shortest timeframe to the longest", () => {
    const names = byLength({ "1d": 1, "5m": 2, "1h": 3, "15m": 4, other: 5, "1m": 6 }).map(({ name }) => name);
    expect(names).toEqual(["1m", "5m", "15m", "1h", "1d", "other"]);
    expect(minutesOf("4H")).toBe(240);
  });
});
