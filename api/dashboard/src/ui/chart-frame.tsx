import { useState, type ReactNode } from "react";

interface ChartFrameProps {
  /** says what is shown */
  label: string;
  legend?: ReactNode;
  chart: ReactNode;
  table: ReactNode;
  foot?: ReactNode;
}

/** A chart, and at the press of a button its data as a table in its place. */
export function ChartFrame({ label, legend, chart, table, foot }: ChartFrameProps) {
  const [isTable, setTable] = useState(false);
  return (
    <figure className="chart" aria-label={label}>
      <div className="chart-bar">
        {legend}
        <button
          type="button"
          className="tab"
          aria-pressed={isTable}
          aria-label={`Table: ${label}`}
          onClick={() => setTable(!isTable)}
        >
          Table
        </button>
      </div>
      {isTable ? table : chart}
      {foot}
    </figure>
  );
}
