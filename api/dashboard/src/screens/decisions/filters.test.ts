import { describe, expect, it } from "vitest";
import { beginOf, filtersOf, queryOf, withFilter } from "./filters";

describe("filters of the address", () => {
  it("ask the API for exchange days from midnight to midnight, in winter, in summer and when clocks change", () => {
    expect(queryOf(filtersOf(new URLSearchParams("from=2026-02-13&to=2026-02-13")))).toEqual({
      since: "2026-02-13T05:00:00.000Z",
      until: "2026-02-14T05:00:00.000Z",
    });
    expect(["2026-07-01", "2026-03-08", "2026-03-09", "2026-11-01", "2026-11-02"].map(beginOf)).toEqual([
      "2026-07-01T04:00:00.000Z",
      "2026-03-08T05:00:00.000Z",
      "2026-03-09T04:00:00.000Z",
      "2026-11-01T04:00:00.000Z",
      "2026-11-02T05:00:00.000Z",
    ]);
  });

  it("leave out what is none of theirs", () => {
    const odd = new URLSearchParams("direction=up&status=done&engine=C&from=tomorrow&to=2026-99-99&symbol=+spy");
    expect(queryOf(filtersOf(odd))).toEqual({ symbol: "SPY" });
  });

  it("are changed one at a time", () => {
    const search = withFilter(new URLSearchParams("symbol=SPY"), "gate", "confluence");
    expect(search.toString()).toBe("symbol=SPY&gate=confluence");
    expect(withFilter(search, "symbol", "").toString()).toBe("gate=confluence");
  });
});
