/** Bars: values by category, or how often values fall into ranges. SVG, with its data as a table. */
import { ChartFrame } from "@/ui/chart-frame";
import { quantity } from "@/ui/format";
import { Empty } from "@/ui/states";
import { DataTable } from "@/ui/table";

export interface Bar {
  label: string;
  value: number;
}

export interface BarChartProps {
  label: string;
  /** what the categories are, and the values: the heads of the table */
  heads: { label: string; value: string };
  bars: readonly Bar[];
  format?: (value: number) => string;
  /** gains and losses: by colour beside their side of the axis */
  isChange?: boolean;
  /** pixels */
  height?: number;
  empty?: string;
}

const FOOT = 18;
/** so many stand beside each other on a phone */
const LABELS_MAX = 6;

export function BarChart(props: BarChartProps) {
  const { label, heads, bars, format = (value: number) => quantity(value), height = 180, empty = "Nothing to draw yet" } = props;
  if (bars.length === 0) return <Empty title={empty} />;
  return (
    <ChartFrame
      label={label}
      legend={<span>{heads.value}</span>}
      chart={<Bars {...props} format={format} height={height} />}
      table={
        <DataTable
          caption={label}
          rows={bars}
          rowKey={(bar) => bar.label}
          columns={[
            { id: "label", head: heads.label, cell: (bar) => bar.label },
            { id: "value", head: heads.value, cell: (bar) => format(bar.value), sort: (bar) => bar.value, isEnd: true },
          ]}
          empty={null}
          maxHeight={`${height}px`}
        />
      }
    />
  );
}

function Bars({
  label,
  bars,
  format,
  height,
  isChange = false,
}: BarChartProps & { format: (value: number) => string; height: number }) {
  const top = Math.max(0, ...bars.map(({ value }) => value));
  const bottom = Math.min(0, ...bars.map(({ value }) => value));
  const span = top - bottom || 1;
  const drawn = height - FOOT - 14;
  const y = (value: number) => 14 + ((top - value) / span) * drawn;
  // across in percent: text keeps its size at any width
  const step = 100 / bars.length;
  const every = Math.ceil(bars.length / LABELS_MAX);
  return (
    <svg className="bars" height={height} role="img" aria-label={`${label}: a chart; its table is beside it`}>
      <line x1={0} x2="100%" y1={y(0)} y2={y(0)} stroke="var(--line-strong)" />
      {bars.map(({ label: name, value }, number) => (
        <g key={name}>
          <rect
            x={`${(number + 0.12) * step}%`}
            width={`${step * 0.76}%`}
            y={Math.min(y(value), y(0))}
            height={Math.max(1, Math.abs(y(value) - y(0)))}
            fill={isChange ? (value < 0 ? "var(--loss)" : "var(--profit)") : "var(--series-1)"}
          >
            <title>{`${name}: ${format(value)}`}</title>
          </rect>
          {number % every === 0 && (
            <text x={`${(number + 0.5) * step}%`} y={height - 4} textAnchor="middle">
              {name}
            </text>
          )}
        </g>
      ))}
      <text x={0} y={10}>
        {format(top)}
      </text>
    </svg>
  );
}

/** Return how often values fall into equal ranges. */
export function histogram(values: readonly number[], count: number, format: (value: number) => string): Bar[] {
  const low = Math.min(...values);
  const width = (Math.max(...values) - low) / count;
  if (values.length === 0) return [];
  if (width === 0) return [{ label: format(low), value: values.length }];
  const bars = Array.from({ length: count }, (_, number) => ({ label: format(low + number * width), value: 0 }));
  for (const value of values) {
    const bar = bars[Math.min(count - 1, Math.floor((value - low) / width))];
    if (bar !== undefined) bar.value += 1;
  }
  return bars;
}
