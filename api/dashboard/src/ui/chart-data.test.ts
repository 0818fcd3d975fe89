import { describe, expect, it } from "vitest";
import { dataOf, tailOf } from "@/ui/chart-data";

const points = (...values: number[]) =>
  dataOf({ kind: "line", name: "SPX", points: values.map((value, number) => ({ at: number * 60_000, value })) });

describe("what a chart draws", () => {
  it("rises in time, the later of two points in a second", () => {
    const given = [
      { at: 2_000, value: 1 },
      { at: "1970-01-01T00:00:01Z", value: 2 },
      { at: 2_400, value: 3 },
    ];
    expect(dataOf({ kind: "line", name: "SPX", points: given })).toEqual([
      { time: 1, value: 2 },
      { time: 2, value: 3 },
    ]);
  });

  it("goes on with the last point, and what comes after it", () => {
    expect(tailOf(points(1, 2, 3), points(1, 2, 4))).toEqual(points(1, 2, 4).slice(2));
    expect(tailOf(points(1, 2, 3), points(1, 2, 4, 5))).toEqual(points(1, 2, 4, 5).slice(2));
    expect(tailOf(points(1, 2, 3), points(1, 2, 3, 5))).toEqual(points(1, 2, 3, 5).slice(3));
    expect(tailOf(points(1, 2, 3), points(1, 2, 3))).toEqual([]);
  });

  it("is drawn anew when it is another, or none was there", () => {
    expect(tailOf([], points(1))).toBeNull();
    expect(tailOf(points(1, 2), points(1))).toBeNull();
    expect(tailOf(points(1, 2, 3), points(9, 2, 3))).toBeNull();
    expect(tailOf(points(1, 2, 3), points(1, 2, 3).toSpliced(0, 1))).toBeNull();
  });
});
