import type { Draft, Values } from "@/screens/controls/draft";
import { boundsOf, written, type AllBounds, type Rule } from "@/screens/controls/rules";
import { classes, Field } from "@/ui";

interface RuleFieldsProps {
  rules: readonly Rule[];
  bounds: AllBounds;
  draft: Draft;
  inForce: Values;
  under: Values;
  errors: Readonly<Record<string, string>>;
  used: ReadonlyMap<string, string>;
  mayNot: string | null;
  onChange: (rule: string, text: string) => void;
}

/** A field for each rule: its bounds and unit, what is in force, what holds when it is left empty. */
export function RuleFields({ rules, bounds, draft, inForce, under, errors, used, mayNot, onChange }: RuleFieldsProps) {
  return (
    <div className="rule-fields">
      {rules.map((rule) => {
        const { name, unit, does } = rule;
        const usage = used.get(name);
        const within = bounds[name];
        const hint = (
          <>
            <span className="rule-now">
              in force <strong>{written(unit, inForce[name])}</strong>
              {usage !== undefined && ` · ${usage} now`}
            </span>
            <br />
            {does} {within !== undefined && `Takes ${boundsOf(within)}.`}
          </>
        );
        const usual = written(unit, under[name]);
        const text = draft[name] ?? "";
        return (
          <Field key={name} label={labelOf(rule)} hint={hint} error={errors[name]}>
            {(wired) =>
              unit === "switch" ? (
                <select
                  {...wired}
                  className="input"
                  value={text}
                  disabled={mayNot !== null}
                  onChange={(event) => onChange(name, event.target.value)}
                >
                  <option value="">not set here: {usual}</option>
                  <option value="on">on</option>
                  <option value="off">off</option>
                </select>
              ) : (
                <input
                  {...wired}
                  className={classes("input", text !== "" && "is-set")}
                  type="text"
                  inputMode={within?.is_whole === true ? "numeric" : "decimal"}
                  autoComplete="off"
                  value={text}
                  placeholder={`empty: ${usual}`}
                  readOnly={mayNot !== null}
                  title={mayNot ?? undefined}
                  onChange={(event) => onChange(name, event.target.value)}
                />
              )
            }
          </Field>
        );
      })}
    </div>
  );
}

function labelOf({ label, unit }: Rule): string {
  const isSaid = unit === "switch" || label.toLowerCase().includes(unit);
  return isSaid ? label : `${label} (${unit})`;
}
