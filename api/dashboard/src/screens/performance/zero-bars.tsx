/** Bars about zero: gains above, losses below. SVG in pixels, as wide as its place. */
import { ticks } from "@/ui/scale";
import { ValueChart } from "@/ui/value-chart";
import { useWidth } from "@/ui/width";

export interface ZeroBar {
  id: string;
  /** under the axis */
  label: string;
  /** in full, in the tooltip */
  title: string;
  value: number;
  isLoss: boolean;
}

interface ZeroBarsProps {
  label: string;
  bars: readonly ZeroBar[];
  format: (value: number) => string;
  height?: number;
  /** counts: no axis line between two whole numbers */
  isWhole?: boolean;
}

const START = 58;
const END = 4;
const HEAD = 8;
const FOOT = 20;
const LABEL_PX = 62;
const BAR_MAX = 64;

export function ZeroBars({ label, bars, format, height = 240, isWhole = false }: ZeroBarsProps) {
  const [box, width] = useWidth<HTMLDivElement>();
  const values = bars.map(({ value }) => value);
  const steps = ticks(Math.min(0, ...values), Math.max(0, ...values), 4).filter(
    (step) => !isWhole || Number.isInteger(step),
  );
  const [bottom, top] = [steps[0] ?? 0, steps.at(-1) ?? 1];
  const y = (value: number) => HEAD + ((top - value) / (top - bottom || 1)) * (height - HEAD - FOOT);
  const step = (width - START - END) / Math.max(1, bars.length);
  const bar = Math.max(1, Math.min(BAR_MAX, step * 0.78));
  const every = Math.max(1, Math.ceil(LABEL_PX / step));
  return (
    <ValueChart label={label} box={box} width={width} height={height} steps={steps} y={y} format={format} start={START} end={END}>
      {bars.map(({ id, label: name, title, value, isLoss }, number) => {
        const middle = START + (number + 0.5) * step;
        const size = Math.abs(y(value) - y(0));
        return (
          <g key={id}>
            <title>{title}</title>
            <rect className="value-hit" x={middle - step / 2} y={HEAD} width={step} height={height - HEAD - FOOT} />
            {value !== 0 && (
              <rect
                className={isLoss ? "bar-loss" : "bar-profit"}
                x={middle - bar / 2}
                width={bar}
                y={Math.min(y(value), y(0))}
                height={Math.max(1, size)}
              />
            )}
            {number % every === 0 && (
              <text x={middle} y={height - 5} textAnchor={number === 0 && bars.length > 1 && step < LABEL_PX ? "start" : "middle"}>
                {name}
              </text>
            )}
          </g>
        );
      })}
    </ValueChart>
  );
}
