import type { Schemas } from "@/api/client";
import { $api } from "@/api/client";
import { Badge, DataTable, Empty, Loaded, Money, Panel, Percent, When, type Column } from "@/ui";
import { quantity, words } from "@/ui/format";
import { Interval } from "./interval";
import { aloneOf } from "./pairs";

type Compared = Schemas["PairedComparison"];
type Regime = Compared["paired"]["by_regime"][number];
type Pair = Compared["items"][number];
type Agent = Schemas["AgentRow"];
type Shadow = Schemas["ShadowPositionRow"];

const REGIMES: readonly Column<Regime>[] = [
  { id: "regime", head: "regime", cell: (row) => words(row.regime).toLowerCase(), sort: (row) => row.regime },
  { id: "pairs", head: "pairs", cell: (row) => row.pairs, sort: (row) => row.pairs, isEnd: true },
  { id: "a", head: "A made", cell: (row) => <Money value={row.a} isChange />, sort: (row) => row.a, isEnd: true },
  { id: "b", head: "B made", cell: (row) => <Money value={row.b} isChange />, sort: (row) => row.b, isEnd: true },
  { id: "mean", head: "A − B a pair", cell: (row) => <Money value={row.mean} isChange />, sort: (row) => row.mean, isEnd: true },
  { id: "interval", head: "interval", cell: (row) => <Interval low={row.low} mean={row.mean} high={row.high} /> },
  { id: "verdict", head: "what may be said", cell: (row) => row.verdict, isWide: true },
];

export function Regimes({ rows }: { rows: readonly Regime[] }) {
  return (
    <Panel title="By regime: each is a test of its own" isFlush>
      <DataTable
        caption="The engines by regime at the entry"
        columns={REGIMES}
        rows={rows}
        rowKey={(row) => row.regime}
        narrow="cards"
        empty={<Empty title="No pair with a known regime is complete yet." />}
      />
    </Panel>
  );
}

const AGREED: Record<string, string> = {
  same_contract: "same contract",
  same_direction: "same direction, other contract",
  opposite: "opposite directions",
  only_a: "only A would trade",
  only_b: "only B would trade",
  neither: "neither would trade",
};

/** How often the engines wanted the same, and what they made where only one wanted a trade. */
export function Agreement({ found }: { found: Compared }) {
  const rows = Object.entries(found.agreements);
  return (
    <Panel title="How far they agree" className="third">
      <div className="stack">
        <ul className="agreement">
          {rows.map(([name, count]) => (
            <li key={name}>
              <span>{AGREED[name] ?? words(name)}</span>
              <span>{count}</span>
              <span className="agreement-bar" aria-hidden="true">
                <span style={{ width: `${found.pairs === 0 ? 0 : (count / found.pairs) * 100}%` }} />
              </span>
            </li>
          ))}
        </ul>
        {aloneOf(found.items).map(({ engine, signals, closed, pnl }) =>
          signals === 0 ? null : (
            <p key={engine} className="muted">
              Where only {engine} wanted a trade it made <Money value={pnl} isChange /> of {closed} closed ({signals}{" "}
              signals of the newest {found.items.length}): no pair, so in no test.
            </p>
          ),
        )}
        {found.left_out > 0 && (
          <p className="muted">{found.left_out} signals are left out: the engines had looked at different contexts.</p>
        )}
      </div>
    </Panel>
  );
}

const PAIRS: readonly Column<Pair>[] = [
  { id: "symbol", head: "signal", cell: (row) => row.symbol },
  { id: "at", head: "at", cell: (row) => <When at={row.created_at} />, sort: (row) => row.created_at },
  { id: "agreement", head: "agreement", cell: (row) => <Badge>{AGREED[row.agreement] ?? row.agreement}</Badge> },
  { id: "a", head: "A wants", cell: (row) => wanted(row.a) },
  { id: "b", head: "B wants", cell: (row) => wanted(row.b) },
  { id: "made-a", head: "A made", cell: (row) => made(row.outcome_a), sort: (row) => row.outcome_a?.pnl ?? null, isEnd: true },
  { id: "made-b", head: "B made", cell: (row) => made(row.outcome_b), sort: (row) => row.outcome_b?.pnl ?? null, isEnd: true },
  {
    id: "difference",
    head: "A − B",
    cell: (row) => <Money value={row.difference} isChange />,
    sort: (row) => row.difference,
    isEnd: true,
  },
];

function wanted(said: Pair["a"]): string {
  if (said === null) return "nothing";
  return `${said.quantity} × ${said.option_symbol}${said.confidence === null ? "" : ` at ${said.confidence}`}`;
}

function made(outcome: Pair["outcome_a"]) {
  if (outcome === null) return "–";
  return (
    <>
      <Money value={outcome.pnl} isChange /> {outcome.is_shadow && <span className="muted">shadow</span>}
    </>
  );
}

export function PairList({ items }: { items: readonly Pair[] }) {
  return (
    <Panel title="Signal by signal" isFlush>
      <DataTable
        caption="Both engines on each signal, newest first"
        columns={PAIRS}
        rows={items}
        rowKey={(row) => row.experiment_id}
        to={(row) => `/decisions/${row.signal_id}`}
        narrow="cards"
        maxHeight="480px"
        empty={<Empty title="No signal was judged by both engines." />}
      />
    </Panel>
  );
}

const AGENTS: readonly Column<Agent>[] = [
  { id: "name", head: "agent", cell: (row) => words(row.agent_name), sort: (row) => row.agent_name },
  { id: "spoke", head: "spoke on", cell: (row) => row.total_signals, sort: (row) => row.total_signals, isEnd: true },
  { id: "approved", head: "traded", cell: (row) => row.approved_signals, sort: (row) => row.approved_signals, isEnd: true },
  {
    id: "confidence",
    head: "confidence",
    cell: (row) => quantity(row.avg_confidence, { digits: 1 }),
    sort: (row) => row.avg_confidence,
    isEnd: true,
  },
  ...(["real", "shadow"] as const).flatMap((kind): Column<Agent>[] => [
    {
      id: `${kind} trades`,
      head: `${kind} trades`,
      cell: (row) => row[kind]?.trades ?? "–",
      sort: (row) => row[kind]?.trades ?? null,
      isEnd: true,
    },
    {
      id: `${kind} wins`,
      head: "won",
      cell: (row) => <Percent value={row[kind]?.win_rate} digits={0} />,
      sort: (row) => row[kind]?.win_rate ?? null,
      isEnd: true,
    },
    {
      id: `${kind} expectancy`,
      head: "a trade",
      hint: "what following it came to; of an agent that spoke against the trade, with the sign turned",
      cell: (row) => <Money value={row[kind]?.expectancy} isChange />,
      sort: (row) => row[kind]?.expectancy ?? null,
      isEnd: true,
    },
  ]),
];

export function AgentsPerformance() {
  const query = $api.useQuery("get", "/agents/performance");
  return (
    <Panel title="What following each agent has come to" isFlush>
      <Loaded query={query} what="the agents">
        {({ items }) => (
          <DataTable
            caption="Agents' performance, real and shadow apart"
            columns={AGENTS}
            rows={items}
            rowKey={(row) => row.agent_name}
            empty={<Empty title="No agent has spoken yet." />}
          />
        )}
      </Loaded>
    </Panel>
  );
}

const SHADOWS: readonly Column<Shadow>[] = [
  { id: "contract", head: "contract", cell: (row) => row.option_symbol },
  { id: "engine", head: "engine", cell: (row) => row.engine },
  { id: "quantity", head: "contracts", cell: (row) => row.quantity, isEnd: true },
  { id: "entry", head: "entry", cell: (row) => <Money value={row.entry_price} />, isEnd: true },
  { id: "mark", head: "mark", cell: (row) => <Money value={row.current_price} />, isEnd: true },
  { id: "pnl", head: "P&L", cell: (row) => <Money value={row.unrealized_pnl} isChange />, isEnd: true },
  { id: "since", head: "since", cell: (row) => <When at={row.entry_timestamp} /> },
];

export function Shadows() {
  const query = $api.useQuery("get", "/shadow-positions", { params: { query: { status: "open", limit: 50 } } });
  return (
    <Panel title="Shadow positions now" isFlush>
      <Loaded query={query} what="shadow positions">
        {({ items }) => (
          <DataTable
            caption="What the engine that does not trade would hold"
            columns={SHADOWS}
            rows={items}
            rowKey={(row) => row.shadow_position_id}
            to={(row) => `/decisions/${row.signal_id}`}
            narrow="cards"
            empty={
              <Empty title="None is open.">
                The engine that does not trade opens one where it would have bought (ENABLE_SHADOW_EXECUTION).
              </Empty>
            }
          />
        )}
      </Loaded>
    </Panel>
  );
}
