import type { Schemas } from "@/api/client";
import { Badge, Panel, Pairs } from "@/ui";
import { money, quantity, words } from "@/ui/format";
import { countsOf, type Lane, type Rung } from "./ladder";
import { Rungs } from "./rungs";
import { shortHash } from "./words";

interface EnginesProps {
  lanes: readonly Lane[];
  engines: readonly Schemas["EngineView"][];
  contextHash: string | null;
}

/** The engines beside each other on the very same context: what each met, what it wanted, and who would differ. */
export function Engines({ lanes, engines, contextHash }: EnginesProps) {
  return (
    <Panel
      title={lanes.length > 1 ? "2 · Both engines, on the same context" : "2 · The engine"}
      actions={contextHash !== null && <code title={contextHash}>context {shortHash(contextHash)}</code>}
    >
      {lanes.length === 0 ? (
        <p className="muted">No engine was asked.</p>
      ) : (
        <div className="lanes">
          {lanes.map(({ engine, rungs }) => (
            <LaneOf key={engine} engine={engine} rungs={rungs} view={engines.find((found) => found.engine === engine)} />
          ))}
        </div>
      )}
    </Panel>
  );
}

interface LaneProps {
  engine: string;
  rungs: readonly Rung[];
  view: Schemas["EngineView"] | undefined;
}

function LaneOf({ engine, rungs, view }: LaneProps) {
  const counts = countsOf(rungs);
  const told = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
  return (
    <section className="lane" aria-label={`Engine ${engine}`}>
      <div className="row">
        <h3>Engine {engine}</h3>
        {view !== undefined && <Badge tone={view.trades ? "accent" : "plain"}>{view.trades ? "trades" : "shadows"}</Badge>}
        {view !== undefined && (
          <Badge tone={view.wants_trade ? "good" : "bad"}>{view.wants_trade ? "wants the trade" : "holds"}</Badge>
        )}
        <span className="muted">{told.join(", ")}</span>
      </div>
      {view?.is_other === true && (
        <p className="notice is-accent">Would have decided otherwise: {view.difference}.</p>
      )}
      {view !== undefined && <Wanted recommendation={view.recommendation} />}
      <Rungs label={`Gates of engine ${engine}`} rungs={rungs} />
    </section>
  );
}

/** What a recommendation says, as far as it is told. */
interface Recommendation {
  option_symbol?: string;
  direction?: string;
  quantity?: number;
  entry_price?: number;
  confidence?: number | null;
  base_quantity?: number;
  gamma_multiplier?: number;
  risk_multiplier?: number;
  confluence_multiplier?: number;
  capital_share?: number;
  selection?: { mode?: string; considered?: number; reasons?: string[]; runner_up?: string | null } | null;
}

function Wanted({ recommendation }: { recommendation: Record<string, unknown> | null }) {
  if (recommendation === null) return <p className="muted">It recommended nothing.</p>;
  const made = recommendation as Recommendation;
  const factors = [
    ["gamma", made.gamma_multiplier],
    ["risk", made.risk_multiplier],
    ["confluence", made.confluence_multiplier],
  ] as const;
  const cuts = factors.flatMap(([name, by]) => (by === undefined || by === 1 ? [] : [`× ${by} ${name}`]));
  return (
    <Pairs>
      <dt>wants</dt>
      <dd>
        {made.quantity} × {made.option_symbol} ({made.direction}) at {money(made.entry_price)}
      </dd>
      <dt>confidence</dt>
      <dd>{quantity(made.confidence)}</dd>
      <dt>size</dt>
      <dd>
        {[`${made.base_quantity ?? "–"} to begin with`, ...cuts].join(" ")}
        {made.capital_share !== undefined && made.capital_share !== 100 && `, of ${made.capital_share} % of the capital`}
      </dd>
      {made.selection != null && (
        <>
          <dt>contract</dt>
          <dd>
            {(made.selection.reasons ?? []).map(words).join(", ")}; {made.selection.considered} looked at
            {made.selection.runner_up != null && `, ${made.selection.runner_up} came second`}
          </dd>
        </>
      )}
    </Pairs>
  );
}
