import { $api, type Schemas } from "@/api/client";
import type { Asked } from "@/screens/performance/asked";
import type { Summary } from "@/screens/performance/curve";
import { Badge, Button, DataTable, Empty, Loaded, Money, Panel, Percent, Quantity, When, type Column } from "@/ui";
import { duration, words } from "@/ui/format";

type Trade = Schemas["TradeRow"];

const SHOWN = 100;

const COLUMNS: readonly Column<Trade>[] = [
  {
    id: "symbol",
    head: "symbol",
    cell: (row) => (
      <>
        {row.symbol} {row.is_test && <Badge title="Not in the figures above">test</Badge>}
      </>
    ),
    sort: (row) => row.symbol,
  },
  { id: "engine", head: "engine", cell: (row) => row.engine, sort: (row) => row.engine },
  { id: "direction", head: "direction", cell: (row) => row.direction },
  { id: "quantity", head: "quantity", cell: (row) => <Quantity value={row.quantity} />, isEnd: true },
  { id: "entry", head: "entry", cell: (row) => <Money value={row.entry_price} />, isEnd: true },
  { id: "exit", head: "exit", cell: (row) => <Money value={row.exit_price} />, isEnd: true },
  { id: "pnl", head: "P&L", cell: (row) => <Money value={row.pnl} isChange />, sort: (row) => row.pnl, isEnd: true },
  { id: "percent", head: "percent", cell: (row) => <Percent value={row.pnl_percent} isChange />, sort: (row) => row.pnl_percent, isEnd: true },
  { id: "why", head: "exit reason", cell: (row) => words(row.exit_reason), sort: (row) => row.exit_reason },
  { id: "held", head: "held", cell: (row) => duration(row.duration_minutes * 60), sort: (row) => row.duration_minutes, isEnd: true },
  { id: "at", head: "closed", cell: (row) => <When at={row.exit_time} />, sort: (row) => row.exit_time },
];

export function Trades({ asked, summary, onKeep }: { asked: Asked; summary: Summary; onKeep: () => void }) {
  const trades = $api.useQuery("get", "/trades", {
    params: { query: { is_shadow: asked.isShadow, symbol: asked.symbol, since: summary.since, limit: SHOWN } },
  });
  return (
    <Panel title="Closed trades" isFlush actions={<Button onClick={onKeep}>Download as CSV</Button>}>
      <Loaded query={trades} what="trades">
        {({ items, next_cursor }) => (
          <>
            <DataTable
              caption="Closed trades, the newest first"
              columns={COLUMNS}
              rows={items}
              rowKey={(row) => row.outcome_id}
              to={asked.isShadow ? undefined : (row) => `/positions/${row.position_id}`}
              narrow="cards"
              maxHeight="480px"
              empty={<Empty title="No trade is closed in this period.">Choose a longer one, or look at the other engine&apos;s.</Empty>}
            />
            {next_cursor !== null && <p className="more muted">The newest {SHOWN}; the file has all of the period.</p>}
          </>
        )}
      </Loaded>
    </Panel>
  );
}
