import type { Outcome, Rung } from "./ladder";
import { inputText } from "./words";
import { classes } from "@/ui";
import { words } from "@/ui/format";

const MARKS: Record<Outcome, string> = { passed: "✓", reduced: "◐", refused: "✕", "not reached": "○" };

/** Gates in the order in which they are asked: what each saw, what it needed, what it said. */
export function Rungs({ label, rungs }: { label: string; rungs: readonly Rung[] }) {
  return (
    <ol className="ladder" aria-label={label}>
      {rungs.map((rung, number) => (
        <RungLine key={`${number} ${rung.gate}`} rung={rung} />
      ))}
    </ol>
  );
}

function RungLine({ rung }: { rung: Rung }) {
  const { gate, outcome, says, margin, share, limit, inputs, code } = rung;
  return (
    <li className={classes("rung", `is-${outcome.replace(" ", "-")}`)}>
      <span className="rung-mark" aria-hidden="true">
        {MARKS[outcome]}
      </span>
      <div className="rung-text">
        <div className="rung-head">
          <strong>{words(gate)}</strong>
          <span className="rung-outcome">
            {outcome}
            {margin !== null && ` · ${margin}`}
          </span>
        </div>
        {says !== "" && <div className="rung-says">{says}</div>}
        {share !== null && <div className="rung-bar" aria-hidden="true"><div style={{ width: `${share * 100}%` }} /></div>}
        {(inputs.length > 0 || limit !== null) && (
          <div className="rung-inputs">
            {inputs.map(([name, value]) => (
              <span key={name}>
                {name} <b>{inputText(value)}</b>
              </span>
            ))}
            {limit !== null && (
              <span>
                limit <b>{limit}</b>
              </span>
            )}
            {code !== null && <code>{code}</code>}
          </div>
        )}
      </div>
    </li>
  );
}
