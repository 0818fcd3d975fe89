import type { Schemas } from "@/api/client";
import { byLength } from "@/screens/market/ages";
import { AsOf } from "@/screens/market/as-of";
import { Badge, DataTable, Empty, Pairs, Panel, Quantity, type Column } from "@/ui";
import { duration, quantity, words } from "@/ui/format";

type BiasName = Schemas["BiasNow"]["bias"];
const LOOKS = {
  bullish: { tone: "good", sign: "▲" },
  bearish: { tone: "bad", sign: "▼" },
  neutral: { tone: "plain", sign: "–" },
} as const;

function BiasBadge({ bias }: { bias: BiasName }) {
  const { tone, sign } = LOOKS[bias];
  return (
    <Badge tone={tone}>
      <span aria-hidden="true">{sign}</span> {bias}
    </Badge>
  );
}

/** The newest bias: its timeframes, what it does to a trade, how old it is. */
export function Bias({ item, className }: { item: Schemas["Intelligence"]; className?: string }) {
  const { bias } = item;
  return (
    <Panel title="Bias by timeframe" className={className}>
      {bias === null ? (
        <Empty title="No bias has come yet.">Send one to the bias webhook: the Webhooks screen has its address.</Empty>
      ) : (
        <div className="stack">
          <div className="row">
            <BiasBadge bias={bias.bias} />
            <strong>{quantity(bias.bias_score, { isSigned: true })}</strong>
            <span className="muted">of −100 to +100</span>
            {bias.trade_suppressed && <Badge tone="bad">says not to trade</Badge>}
          </div>
          <ul className="bias-frames" aria-label="Bias by timeframe">
            {byLength(bias.timeframes).map(({ name, said }) => (
              <li key={name}>
                <span className="muted">{name}</span>
                <BiasBadge bias={said} />
              </li>
            ))}
          </ul>
          {Object.keys(bias.timeframes).length === 0 && <p className="muted">It names no timeframes.</p>}
          <Pairs>
            <dt>Told</dt>
            <dd>
              <AsOf at={bias.timestamp} now={item.at} isStale={bias.is_stale} />
            </dd>
            <dt>Good for</dt>
            <dd>{duration(bias.stale_after_s)}</dd>
            <dt>Confidence</dt>
            <dd>
              <Quantity value={bias.confidence} /> of 100
            </dd>
            <dt>Size of a trade</dt>
            <dd>
              × <Quantity value={bias.risk_multiplier} digits={2} />
            </dd>
            <dt>Acceleration</dt>
            <dd>{quantity(bias.state_strength_delta, { isSigned: true, digits: 2 })}</dd>
          </Pairs>
        </div>
      )}
    </Panel>
  );
}

const COLUMNS: readonly Column<Schemas["SymbolBias"] & { now: string }>[] = [
  { id: "symbol", head: "symbol", cell: (row) => row.symbol, sort: (row) => row.symbol },
  { id: "bias", head: "bias", cell: (row) => <BiasBadge bias={row.bias} />, sort: (row) => row.bias },
  {
    id: "score",
    head: "score",
    cell: (row) => quantity(row.bias_score, { isSigned: true }),
    sort: (row) => row.bias_score,
    isEnd: true,
  },
  { id: "confidence", head: "confidence", cell: (row) => <Quantity value={row.confidence} />, sort: (row) => row.confidence, isEnd: true },
  { id: "regime", head: "regime", cell: (row) => words(row.regime_type), sort: (row) => row.regime_type },
  { id: "chop", head: "chop", cell: (row) => <Quantity value={row.chop_score} />, sort: (row) => row.chop_score, isEnd: true },
  {
    id: "frames",
    head: "timeframes",
    cell: (row) => byLength(row.timeframes).map(({ name, said }) => `${name} ${LOOKS[said].sign}`).join("  ") || "–",
  },
  { id: "at", head: "told", cell: (row) => <AsOf at={row.timestamp} now={row.now} isStale={row.is_stale} />, sort: (row) => row.timestamp },
  { id: "says", head: "says", cell: (row) => (row.trade_suppressed ? "not to trade" : "trade") },
];

/** All biases that are known; a row leads to its underlying. */
export function AllBiases({ summary }: { summary: Schemas["BiasSummary"] }) {
  const rows = summary.items.map((item) => ({ ...item, now: summary.at }));
  const { counts, stale } = summary;
  const told = `${counts.bullish ?? 0} bullish, ${counts.bearish ?? 0} bearish, ${counts.neutral ?? 0} neutral, ${stale} stale`;
  return (
    <Panel title="Bias by symbol" actions={<span className="muted">{told}</span>} isFlush>
      <DataTable
        caption="Bias by symbol"
        columns={COLUMNS}
        rows={rows}
        rowKey={(row) => row.symbol}
        to={(row) => `/market?symbol=${encodeURIComponent(row.symbol)}`}
        narrow="cards"
        maxHeight="420px"
        empty={<Empty title="No bias has come yet.">Send one to the bias webhook: the Webhooks screen has its address.</Empty>}
      />
    </Panel>
  );
}
