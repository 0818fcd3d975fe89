/** The points of a chart as its library takes them, and what of them is new. Pure. */
import type { UTCTimestamp } from "lightweight-charts";
import { msOf, type ChartSeries } from "@/ui/chart-types";

export type Drawn = { time: UTCTimestamp } & Record<string, number>;

export const timeOf = (at: string | number) => Math.floor(msOf(at) / 1000) as UTCTimestamp;

/** Times rise and none is there twice: of two points in a second the later counts. */
export function dataOf(series: ChartSeries): Drawn[] {
  const points: Drawn[] = series.points.map(({ at, ...values }) => ({ time: timeOf(at), ...values }));
  const newest = new Map(points.map((point) => [point.time, point]));
  return [...newest.values()].sort((a, b) => a.time - b.time);
}

/** Return the points to put at the end of what is drawn, the last of which may change, or null: all is another. */
export function tailOf(before: readonly Drawn[], after: readonly Drawn[]): readonly Drawn[] | null {
  const kept = before.length - 1;
  if (kept < 0 || after.length < before.length || after[kept]?.time !== before[kept]?.time) return null;
  for (let number = 0; number < kept; number += 1) if (!isSame(before[number], after[number])) return null;
  return isSame(before[kept], after[kept]) ? after.slice(kept + 1) : after.slice(kept);
}

function isSame(one: Drawn | undefined, other: Drawn | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return Object.entries(one).every(([name, value]) => other[name] === value);
}
