/** Exposure by strike: calls above zero, puts below, the net as a mark, and the levels as lines with their names. */
import { gapOf, placed, sidesOf, type Level, type Measure, type Strike } from "@/screens/market/gex";
import { quantity } from "@/ui/format";
import { shortMoney, ticks } from "@/ui/scale";
import { ValueChart } from "@/ui/value-chart";
import { useWidth } from "@/ui/width";

interface GexChartProps {
  label: string;
  strikes: readonly Strike[];
  levels: readonly Level[];
  measure: Measure;
}

const HEIGHT = 300;
const START = 52;
const END = 8;
const FOOT = 20;
const ROW = 14;
const CHARACTER = 6;

export function GexChart({ label, strikes, levels, measure }: GexChartProps) {
  const [box, width] = useWidth<HTMLDivElement>();
  const format = measure === "exposure" ? (value: number) => shortMoney(value) : (value: number) => quantity(Math.abs(value));
  const sides = strikes.map((strike) => sidesOf(strike, measure));
  const gap = gapOf(sides);
  const low = (sides[0]?.strike ?? 0) - gap;
  const high = (sides.at(-1)?.strike ?? 1) + gap;
  const inside = width - START - END;
  const x = (price: number) => START + ((price - low) / (high - low)) * inside;
  const shown = levels.filter(({ price }) => price >= low && price <= high);
  const names = placed(
    shown.map(({ name, price }) => ({ text: `${name} ${quantity(price, { digits: digitsOf(price) })}`, x: x(price) - START })),
    inside,
    CHARACTER,
  );
  const head = 6 + ROW * Math.max(1, ...names.map(({ row }) => row + 1));
  const steps = ticks(Math.min(0, ...sides.map(({ put }) => put)), Math.max(0, ...sides.map(({ call }) => call)), 5);
  const [bottom, top] = [steps[0] ?? 0, steps.at(-1) ?? 1];
  const y = (value: number) => head + ((top - value) / (top - bottom || 1)) * (HEIGHT - head - FOOT);
  const bar = Math.max(1, Math.min(22, ((x(low + gap) - START) * 7) / 10));
  const prices = ticks(low, high, Math.max(2, Math.floor(inside / 64))).filter((at) => at > low && at < high);
  return (
    <ValueChart
      label={label}
      box={box}
      width={width}
      height={HEIGHT}
      steps={steps}
      y={y}
      format={format}
      start={START}
      end={END}
      className="gex"
    >
      {sides.map(({ strike, call, put, net }) => (
        <g key={strike}>
          <title>{`${quantity(strike, { digits: digitsOf(strike) })}: calls ${format(call)}, puts ${format(put)}, net ${format(net)}`}</title>
          <rect className="value-hit" x={x(strike) - bar / 2} y={head} width={bar} height={HEIGHT - head - FOOT} />
          <rect className="gex-call" x={x(strike) - bar / 2} width={bar} y={y(call)} height={Math.max(0, y(0) - y(call))} />
          <rect className="gex-put" x={x(strike) - bar / 2} width={bar} y={y(0)} height={Math.max(0, y(put) - y(0))} />
          {measure === "exposure" && bar >= 3 && (
            <line className="gex-net" x1={x(strike) - bar / 2 - 1} x2={x(strike) + bar / 2 + 1} y1={y(net)} y2={y(net)} />
          )}
        </g>
      ))}
      {shown.map(({ name, price, line }, number) => (
        <line
          key={name}
          className={`gex-level is-${line}`}
          x1={x(price)}
          x2={x(price)}
          y1={6 + ROW * ((names[number]?.row ?? 0) + 1)}
          y2={HEIGHT - FOOT}
        />
      ))}
      {names.map(({ text, left, row }) => (
        <text key={text} className="gex-name" x={START + left} y={ROW * (row + 1)} textLength={text.length * CHARACTER}>
          {text}
        </text>
      ))}
      {prices.map((price) => (
        <text key={price} x={x(price)} y={HEIGHT - 5} textAnchor="middle">
          {quantity(price, { digits: digitsOf(price) })}
        </text>
      ))}
    </ValueChart>
  );
}

export function digitsOf(price: number): number {
  return Number.isInteger(price) ? 0 : Number.isInteger(price * 10) ? 1 : 2;
}
