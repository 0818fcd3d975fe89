/** How old something is, and in which order timeframes stand. Pure. */

/** Return seconds from an instant to another, not negative. */
export function ageOf(at: string, now: string): number {
  return Math.max(0, (Date.parse(now) - Date.parse(at)) / 1000);
}

const UNIT_MINUTES: Readonly<Record<string, number>> = { s: 1 / 60, m: 1, h: 60, d: 1_440, w: 10_080 };

/** Return how long a timeframe such as `5m`, `1h` or `1d` is, in minutes; Infinity of what is none. */
export function minutesOf(timeframe: string): number {
  const found = /^(\d+)([smhdw])$/i.exec(timeframe);
  const unit = UNIT_MINUTES[found?.[2]?.toLowerCase() ?? ""];
  return found === null || unit === undefined ? Number.POSITIVE_INFINITY : Number(found[1]) * unit;
}

/** Return timeframes with what is said of them, the shortest first. */
export function byLength<T>(timeframes: Readonly<Record<string, T>>): { name: string; said: T }[] {
  return Object.entries(timeframes)
    .map(([name, said]) => ({ name, said }))
    .sort((a, b) => minutesOf(a.name) - minutesOf(b.name) || a.name.localeCompare(b.name));
}
