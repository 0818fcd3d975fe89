import { $api, type Schemas } from "@/api/client";
import { DataTable, Empty, Loaded, Money, Page, Panel, Percent, When, type Column } from "@/ui";
import { words } from "@/ui/format";

const COLUMNS: readonly Column<Schemas["TradeRow"]>[] = [
  { id: "symbol", head: "symbol", cell: (row) => row.symbol, sort: (row) => row.symbol },
  { id: "engine", head: "engine", cell: (row) => row.engine },
  { id: "pnl", head: "P&L", cell: (row) => <Money value={row.pnl} isChange />, sort: (row) => row.pnl, isEnd: true },
  { id: "percent", head: "percent", cell: (row) => <Percent value={row.pnl_percent} isChange />, isEnd: true },
  { id: "why", head: "exit", cell: (row) => words(row.exit_reason) },
  { id: "at", head: "at", cell: (row) => <When at={row.exit_time} />, sort: (row) => row.exit_time },
];

export default function Performance() {
  const trades = $api.useQuery("get", "/trades", { params: { query: { limit: 100 } } });
  return (
    <Page title="Performance">
      <Panel title="Closed trades" isFlush>
        <Loaded query={trades} what="trades">
          {({ items }) => (
            <DataTable
              caption="Closed trades"
              columns={COLUMNS}
              rows={items}
              rowKey={(row) => row.outcome_id}
              to={(row) => `/positions/${row.position_id}`}
              empty={<Empty title="No trade has been closed yet." />}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
