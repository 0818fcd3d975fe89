import { Link } from "wouter";
import { $api, type Schemas } from "@/api/client";
import { Badge, Empty, Loaded, Money, Panel, Percent, When, type Column } from "@/ui";
import { words } from "@/ui/format";
import { Captioned } from "./captioned";

const TRADED: readonly Column<Pick<Schemas["OrderRow"], "side" | "option_symbol">>[] = [
  { id: "side", head: "side", cell: (row) => words(row.side) },
  { id: "contract", head: "contract", cell: (row) => row.option_symbol },
];

const PRICES: readonly Column<{ entry_price: number; exit_price?: number | null }>[] = [
  { id: "entry", head: "entry", cell: (row) => <Money value={row.entry_price} />, isEnd: true },
  { id: "exit", head: "exit", cell: (row) => <Money value={row.exit_price} />, isEnd: true },
];

const ORDERS: readonly Column<Schemas["OrderRow"]>[] = [
  { id: "at", head: "ordered", cell: (row) => <When at={row.created_at} /> },
  ...TRADED,
  { id: "quantity", head: "contracts", cell: (row) => row.quantity, isEnd: true },
  { id: "limit", head: "limit", cell: (row) => <Money value={row.limit_price} />, isEnd: true },
  { id: "engine", head: "engine", cell: (row) => row.engine ?? "–" },
  { id: "status", head: "status", cell: (row) => <Badge>{words(row.status)}</Badge> },
];

const FILLS: readonly Column<Schemas["FillRow"]>[] = [
  { id: "at", head: "filled", cell: (row) => <When at={row.fill_timestamp} /> },
  ...TRADED,
  { id: "quantity", head: "contracts", cell: (row) => row.fill_quantity, isEnd: true },
  { id: "price", head: "price", cell: (row) => <Money value={row.fill_price} />, isEnd: true },
];

const POSITIONS: readonly Column<Schemas["PositionRow"]>[] = [
  { id: "contract", head: "position", cell: (row) => row.option_symbol },
  { id: "status", head: "status", cell: (row) => <Badge>{row.status}</Badge> },
  { id: "quantity", head: "contracts", cell: (row) => row.initial_quantity ?? row.quantity, isEnd: true },
  ...PRICES,
  {
    id: "pnl",
    head: "P&L",
    cell: (row) => <Money value={row.status === "closed" ? row.realized_pnl : row.unrealized_pnl} isChange />,
    isEnd: true,
  },
];

const OUTCOMES: readonly Column<Schemas["OutcomeRow"]>[] = [
  { id: "engine", head: "engine", cell: (row) => row.engine },
  { id: "kind", head: "kind", cell: (row) => (row.is_shadow ? "shadow" : "traded") },
  { id: "quantity", head: "contracts", cell: (row) => row.quantity, isEnd: true },
  ...PRICES,
  { id: "pnl", head: "P&L", cell: (row) => <Money value={row.pnl} isChange />, isEnd: true },
  { id: "percent", head: "of cost", cell: (row) => <Percent value={row.pnl_percent} isChange />, isEnd: true },
  { id: "why", head: "closed for", cell: (row) => words(row.exit_reason) },
  { id: "at", head: "closed", cell: (row) => <When at={row.exit_time} /> },
];

/** What followed from the signal: orders, fills, positions, and what it came to, traded and shadow. */
export function Followed({ lineage, experimentId }: { lineage: Schemas["Lineage"]; experimentId: string | null }) {
  const { orders, fills, positions } = lineage;
  const isNothing = orders.length === 0 && fills.length === 0 && positions.length === 0;
  return (
    <Panel title="What followed" className="captioned" isFlush>
      {isNothing ? (
        <Empty title="Nothing was ordered." />
      ) : (
        <div className="stack">
          <Captioned
            caption="Positions"
            columns={POSITIONS}
            rows={positions}
            rowKey={(row) => row.position_id}
            to={(row) => `/positions/${row.position_id}`}
            empty={<Empty title="No position yet." />}
          />
          <Captioned
            caption="Orders"
            columns={ORDERS}
            rows={orders}
            rowKey={(row) => row.order_id}
            empty={null}
          />
          <Captioned
            caption="Fills"
            columns={FILLS}
            rows={fills}
            rowKey={(row) => row.trade_id}
            empty={<Empty title="Not filled yet." />}
          />
        </div>
      )}
      {experimentId !== null && <Outcomes experimentId={experimentId} />}
    </Panel>
  );
}

function Outcomes({ experimentId }: { experimentId: string }) {
  const query = $api.useQuery("get", "/experiments/{experiment_id}", {
    params: { path: { experiment_id: experimentId } },
  });
  return (
    <Loaded query={query} what="outcomes">
      {({ experiment, outcomes, policy }) => (
        <>
          <Captioned
            caption="What it came to, by engine"
            columns={OUTCOMES}
            rows={outcomes}
            rowKey={(row) => row.outcome_id}
            empty={<Empty title="No trade of it is closed yet.">Shadow trades are told here too.</Empty>}
          />
          <p className="followed-foot muted">
            Assigned to engine {experiment.variant} ({experiment.split_percentage} % of signals go to B).{" "}
            {policy !== null && `${words(policy.execution_mode)}: ${policy.reason}. `}
            <Link href="/ab">The engines over all signals</Link>
          </p>
        </>
      )}
    </Loaded>
  );
}
