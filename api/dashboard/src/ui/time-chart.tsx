/** Charts over time. The library that draws them is loaded when the first one is shown. */
import { lazy, Suspense } from "react";
import { ChartFrame } from "@/ui/chart-frame";
import { tableOf } from "@/ui/chart-table";
import type { Drawing } from "@/ui/chart-types";
import { Empty } from "@/ui/states";
import { DataTable } from "@/ui/table";

const ChartCanvas = lazy(() => import("@/ui/chart-canvas"));

export interface TimeChartProps extends Drawing {
  /** says what is shown: the name of the chart and of its table */
  label: string;
  /** pixels */
  height?: number;
  empty?: string;
}

export function TimeChart({ label, height = 240, empty = "Nothing to draw yet", ...drawing }: TimeChartProps) {
  const { columns, rows } = tableOf(drawing);
  if (rows.length === 0) return <Empty title={empty} />;
  const legend = drawing.series.map(({ name, tone = "series-1" }) => (
    <span key={name} className="legend">
      <span className="legend-line" style={{ color: `var(--${tone})` }} />
      {name}
    </span>
  ));
  return (
    <ChartFrame
      label={label}
      legend={legend}
      chart={
        <Suspense fallback={<div style={{ height }} role="status" aria-label="Loading the chart" />}>
          <ChartCanvas label={label} height={height} {...drawing} />
        </Suspense>
      }
      table={
        <DataTable
          caption={label}
          columns={columns}
          rows={rows}
          rowKey={(row) => String(row.at)}
          empty={null}
          maxHeight={`${height}px`}
        />
      }
      foot={
        <figcaption className="attribution">
          Lightweight Charts™ by{" "}
          <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
            TradingView
          </a>
        </figcaption>
      }
    />
  );
}
