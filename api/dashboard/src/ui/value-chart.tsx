import type { ReactNode, RefObject } from "react";

interface ValueChartProps {
  label: string;
  /** from `useWidth` */
  box: RefObject<HTMLDivElement | null>;
  width: number;
  height: number;
  /** round values, and where each stands */
  steps: readonly number[];
  y: (value: number) => number;
  format: (value: number) => string;
  /** pixels left and right of the lines */
  start: number;
  end: number;
  className?: string;
  /** what is drawn over the lines */
  children: ReactNode;
}

/** SVG in pixels, as wide as its place, over lines at round values; the one of zero stands out. */
export function ValueChart({ label, box, width, height, steps, y, format, start, end, className = "", children }: ValueChartProps) {
  return (
    <div ref={box} className={`value-chart ${className}`}>
      <svg width={width} height={height} role="img" aria-label={`${label}: a chart; its table is beside it`}>
        {steps.map((step) => (
          <g key={step}>
            <line className={step === 0 ? "value-line is-zero" : "value-line"} x1={start} x2={width - end} y1={y(step)} y2={y(step)} />
            <text x={start - 6} y={y(step) + 4} textAnchor="end">
              {format(step)}
            </text>
          </g>
        ))}
        {children}
      </svg>
    </div>
  );
}
