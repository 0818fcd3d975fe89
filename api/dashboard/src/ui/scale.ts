/** Axes: round ticks, and large sums of money in few characters. Pure. */
import { money } from "@/ui/format";

const UNITS = [
  { from: 1e12, sign: "T" },
  { from: 1e9, sign: "B" },
  { from: 1e6, sign: "M" },
  { from: 1e4, sign: "K" },
] as const;

/** Dollars in few characters: `$1.25B`, `−$92.0M`, `$9,300`. */
export function shortMoney(value: number, { isSigned = false } = {}): string {
  const size = Math.abs(value);
  const unit = UNITS.find(({ from }) => size >= from);
  if (unit === undefined) return money(value, { isSigned, digits: size < 100 && !Number.isInteger(value) ? 2 : 0 });
  const scaled = value / (unit.sign === "K" ? 1e3 : unit.from);
  const digits = Math.abs(scaled) >= 100 ? 0 : Math.abs(scaled) >= 10 ? 1 : 2;
  return `${money(scaled, { isSigned, digits })}${unit.sign}`;
}

/** Return round values from at or below `low` to at or above `high`, about `count` of them. */
export function ticks(low: number, high: number, count: number): number[] {
  const span = high - low;
  if (!(span > 0) || count < 1) return [low];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough * 0.999_999) ?? 10) * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, number) => Number(((first + number) * step).toPrecision(12)));
}
