import { useId, type ReactNode } from "react";
import { classes } from "@/ui/classes";

interface PanelProps {
  title: string;
  actions?: ReactNode;
  /** no padding: for tables */
  isFlush?: boolean;
  className?: string;
  children: ReactNode;
}

export function Panel({ title, actions, isFlush = false, className, children }: PanelProps) {
  const id = useId();
  return (
    <section className={classes("panel", className)} aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{title}</h2>
        {actions !== undefined && <div className="panel-actions">{actions}</div>}
      </div>
      <div className={classes("panel-body", isFlush && "is-flush")}>{children}</div>
    </section>
  );
}

/** A row of figures: put `Stat`s in it. */
export function Stats({ label, children }: { label: string; children: ReactNode }) {
  return (
    <dl className="stats" aria-label={label}>
      {children}
    </dl>
  );
}

export function Stat({ label, note, children }: { label: string; note?: ReactNode; children: ReactNode }) {
  return (
    <div className="stat">
      <dt>{label}</dt>
      <dd className="stat-value">{children}</dd>
      {note !== undefined && <dd className="stat-note">{note}</dd>}
    </div>
  );
}

export type Tone = "plain" | "good" | "bad" | "warning" | "accent";

/** A word on its own: a status, a side. Its text says all that its colour says. */
export function Badge({ tone = "plain", title, children }: { tone?: Tone; title?: string; children: ReactNode }) {
  return (
    <span className={classes("badge", tone !== "plain" && `is-${tone}`)} title={title}>
      {children}
    </span>
  );
}

/** Terms and what they are: children are `<dt>` and `<dd>` in turn. */
export function Pairs({ children }: { children: ReactNode }) {
  return <dl className="pairs">{children}</dl>;
}
