import { money } from "@/ui/format";
import { drawn } from "./pairs";

interface IntervalProps {
  low: number | null;
  mean: number | null;
  high: number | null;
}

/** A mean difference with its interval, and where nothing would be. Its figures stand below it. */
export function Interval({ low, mean, high }: IntervalProps) {
  const at = drawn(low, mean, high);
  if (at === null) return <span className="muted">no interval yet</span>;
  const side = (value: number | null) => money(value, { isSigned: true });
  return (
    <span className="interval">
      <svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
        <line x1={at.zero} x2={at.zero} y1={0} y2={12} className="interval-zero" />
        <line x1={at.low} x2={at.high} y1={6} y2={6} className="interval-line" />
        <line x1={at.mean} x2={at.mean} y1={2} y2={10} className="interval-mean" />
      </svg>
      <span className="nowrap">
        {side(low)} to {side(high)}
      </span>
    </span>
  );
}
