/** Charts over time. The library that draws them is loaded when the first one is shown. */
import { lazy, Suspense } from "react";
import { Boundary } from "@/ui/boundary";
import { Button } from "@/ui/button";
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
  if (drawing.series.every(({ points }) => points.length === 0)) return <Empty title={empty} />;
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
        <Boundary failed={() => <NotDrawn />}>
          <Suspense fallback={<div style={{ height }} role="status" aria-label="Loading the chart" />}>
            <ChartCanvas label={label} height={height} {...drawing} />
          </Suspense>
        </Boundary>
      }
      table={<ChartTable label={label} height={height} {...drawing} />}
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

/** Made when it is shown: a chart may move many times a second. */
function ChartTable({ label, height, ...drawing }: Drawing & { label: string; height: number }) {
  const { columns, rows } = tableOf(drawing);
  return (
    <DataTable
      caption={label}
      columns={columns}
      rows={rows}
      rowKey={(row) => String(row.at)}
      empty={null}
      maxHeight={`${height}px`}
    />
  );
}

function NotDrawn() {
  return (
    <div className="state" role="alert">
      <strong>The chart cannot be drawn.</strong>
      <div>Its figures are under Table. If the network was away, or the platform was updated, load the page again.</div>
      <Button onClick={() => window.location.reload()}>Load the page again</Button>
    </div>
  );
}
