import { useId, type ReactNode } from "react";
import { classes } from "@/ui/classes";

interface BarGaugeProps {
  label: string;
  value: number;
  /** null: there is none */
  limit: number | null;
  /** both as text: "3 of 5" */
  text: string;
  note?: ReactNode;
}

const NEAR = 0.8;

/** A value against its limit. That it is near or reached is said in words too. */
export function BarGauge({ label, value, limit, text, note }: BarGaugeProps) {
  const id = useId();
  const share = limit === null ? 0 : limit > 0 ? value / limit : value > 0 ? 1 : 0;
  const state = share >= 1 ? "reached" : share >= NEAR ? "near" : "";
  return (
    <div className={classes("gauge", state && `is-${state}`)}>
      <span id={id}>{label}</span>
      <span className="nowrap">
        {text}
        {state === "reached" && <strong> · reached</strong>}
        {state === "near" && " · near"}
      </span>
      <div
        className="gauge-track"
        role="meter"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={limit ?? Math.max(value, 1)}
        aria-valuenow={Math.min(value, limit ?? value)}
        aria-valuetext={text}
      >
        <div className="gauge-fill" style={{ width: `${Math.min(100, share * 100)}%` }} />
      </div>
      {note !== undefined && <span className="muted">{note}</span>}
    </div>
  );
}
