import type { Schemas } from "@/api/client";
import { Badge, Pairs, Panel, Percent, Quantity } from "@/ui";
import { words } from "@/ui/format";

type Gamma = Schemas["GammaContext"];
type Item = Schemas["Intelligence"];

/** What the dealers' position does to a trade, what kind of market it is, and how far an alert would be agreed with. */
export function Dealers({ gamma, item, className }: { gamma: Gamma; item: Item | undefined; className?: string }) {
  const { dealers, position_size_multiplier: multiplier } = gamma;
  const regime = item?.regime;
  return (
    <Panel title="Dealers and regime" className={className}>
      <div className="stack">
        <Pairs>
          <dt>Dealers</dt>
          <dd>
            {words(gamma.regime)}
            {gamma.regime !== null && <span className="muted"> · {MEANS[gamma.regime]}</span>}
          </dd>
          <dt>Size of a trade</dt>
          <dd>
            {multiplier === null ? "not changed" : <>× <Quantity value={multiplier} digits={2} /></>}{" "}
            {!gamma.is_applied && <Badge tone="warning" title="The flag enable_dealer_gex is off">not applied</Badge>}
          </dd>
          <dt>An alert now</dt>
          <dd>{said(dealers, gamma)}</dd>
          <dt>Regime</dt>
          <dd>{words(regime?.regime_type)}</dd>
          <dt>Macro</dt>
          <dd>{words(regime?.macro_class)}</dd>
          <dt>Entries</dt>
          <dd>{words(regime?.entry_mode_hint)}</dd>
          <dt>Chop</dt>
          <dd>
            <Quantity value={regime?.chop_score} /> <span className="muted">of 100</span>
          </dd>
        </Pairs>
        <h3>Confluence with an alert</h3>
        <Confluence item={item} />
      </div>
    </Panel>
  );
}

const MEANS = {
  long_gamma: "they trade against moves: ranges hold",
  short_gamma: "they trade with moves: they run",
  neutral: "little either way",
} as const;

function said(dealers: Gamma["dealers"], gamma: Gamma) {
  if (dealers === null) return gamma.is_applied ? "no exposure is known" : "is not judged by the dealers";
  return (
    <>
      {dealers.direction ?? "no direction"}, confidence{" "}
      <Percent value={dealers.confidence * 100} digits={0} />
      {dealers.reasons.length > 0 && <span className="muted"> · {dealers.reasons.map(words).join(", ")}</span>}
    </>
  );
}

function Confluence({ item }: { item: Item | undefined }) {
  const sides = item === undefined ? [] : Object.entries(item.confluence);
  if (sides.length === 0) return <p className="muted">Not known: no flow of today has come.</p>;
  return (
    <Pairs>
      {sides.map(([direction, found]) => (
        <Side key={direction} direction={direction} found={found} />
      ))}
    </Pairs>
  );
}

function Side({ direction, found }: { direction: string; found: Schemas["ConfluenceNow"] | undefined }) {
  if (found === undefined) return null;
  return (
    <>
      <dt>{direction}</dt>
      <dd>
        <Quantity value={found.score} digits={1} /> of 100{" "}
        <Badge tone={found.passes ? "good" : "warning"}>{found.passes ? "✓ would pass" : "✕ would not pass"}</Badge>
        <span className="muted">
          {" "}
          flow <Quantity value={found.flow_alignment} digits={2} />, dealers <Quantity value={found.gamma_alignment} />
        </span>
      </dd>
    </>
  );
}
