import { useDeferredValue, useState } from "react";
import { $api } from "@/api/client";
import { Badge, Button, DataTable, Empty, Loaded, Money, Panel, Percent, Quantity, Select, Stat, Stats, TextField, When, type Column } from "@/ui";
import { ExportList } from "@/ui/export-list";
import { duration } from "@/ui/format";
import { contractName, secondsBetween } from "./contract";
import { exitName } from "./exits";
import { closedTotals, DATES_ARE, ofEngine, queryOf, wrongIn, type Closed, type Wanted } from "./history";
import { engineOf } from "./open-rows";

const ALL = "all";
const PAGE = 200;

const COLUMNS: readonly Column<Closed>[] = [
  {
    id: "contract",
    head: "contract",
    cell: (row) => (
      <span className="contract">
        {contractName(row)}
        {row.is_test && <Badge>test</Badge>}
      </span>
    ),
    sort: (row) => row.option_symbol,
  },
  { id: "closed", head: "closed", cell: (row) => <When at={row.exit_timestamp} />, sort: (row) => row.exit_timestamp ?? null },
  { id: "quantity", head: "qty", hint: "contracts bought", cell: (row) => <Quantity value={row.initial_quantity} />, sort: (row) => row.initial_quantity ?? null, isEnd: true },
  { id: "entry", head: "entry", cell: (row) => <Money value={row.entry_price} />, sort: (row) => row.entry_price, isEnd: true },
  { id: "exit", head: "exit", cell: (row) => <Money value={row.exit_price} />, sort: (row) => row.exit_price ?? null, isEnd: true },
  { id: "pnl", head: "P&L", cell: (row) => <Money value={row.realized_pnl} isChange />, sort: (row) => row.realized_pnl ?? null, isEnd: true },
  {
    id: "percent",
    head: "P&L %",
    hint: "of the entry price",
    cell: (row) => <Percent value={row.position_pnl_percent} isChange />,
    sort: (row) => row.position_pnl_percent ?? null,
    isEnd: true,
  },
  { id: "held", head: "held", cell: (row) => duration(heldS(row)), sort: heldS, isEnd: true },
  { id: "reason", head: "closed by", cell: (row) => exitName(row.exit_reason), sort: (row) => exitName(row.exit_reason) },
  { id: "engine", head: "engine", cell: engineOf, sort: engineOf },
];

function heldS(row: Closed): number | null {
  return secondsBetween(row.entry_timestamp, row.exit_timestamp);
}

/** What is over, the one closed last first. */
export function ClosedPositions() {
  const [wanted, setWanted] = useState<Wanted>({ symbol: "", from: "", to: "" });
  const [engine, setEngine] = useState(ALL);
  const wrong = wrongIn(wanted);
  const query = useDeferredValue(queryOf({ ...wanted, symbol: wrong.symbol === undefined ? wanted.symbol : "" }));
  const history = $api.useInfiniteQuery(
    "get",
    "/history/positions",
    { params: { query: { ...query, limit: PAGE } } },
    {
      // the library takes 0 for a first page that is undefined
      initialPageParam: null,
      pageParamName: "cursor",
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    },
  );
  const change = (field: keyof Wanted) => (event: { target: { value: string } }) =>
    setWanted({ ...wanted, [field]: event.target.value });
  return (
    <Panel title="Closed" actions={<ExportList path="/history/positions" query={{ ...query }} what="closed positions" />} isFlush>
      <div className="filters panel-filters">
        <TextField
          label="Symbol"
          value={wanted.symbol}
          error={wrong.symbol}
          data-search=""
          placeholder="SPX"
          maxLength={20}
          onChange={change("symbol")}
        />
        <TextField label="Closed from" type="date" value={wanted.from} onChange={change("from")} />
        <TextField label="to" type="date" value={wanted.to} error={wrong.to} onChange={change("to")} />
        <Select
          label="Engine"
          value={engine}
          options={[ALL, "A", "B", "manual"].map((value) => ({ value, title: value === ALL ? "All" : value }))}
          onChoose={setEngine}
        />
        <span className="muted filter-note">{DATES_ARE}</span>
      </div>
      <Loaded query={history} what="closed positions">
        {({ pages }) => {
          const rows = ofEngine(
            pages.flatMap(({ items }) => items),
            engine === ALL ? null : engine,
          );
          return (
            <>
              <Together rows={rows} hasMore={history.hasNextPage} />
              <DataTable
                caption="Closed positions"
                columns={COLUMNS}
                rows={rows}
                rowKey={(row) => row.position_id}
                to={(row) => `/positions/${row.position_id}`}
                sortedBy={{ id: "closed", desc: true }}
                narrow="cards"
                empty={
                  <Empty title="No closed position is like this.">
                    A position comes here when its last contract is sold. Clear the filters to see all there are.
                  </Empty>
                }
              />
              {history.hasNextPage && (
                <div className="more">
                  <Button
                    disabledReason={history.isFetchingNextPage ? "Older ones are on their way" : null}
                    onClick={() => void history.fetchNextPage()}
                  >
                    {history.isFetchingNextPage ? "Loading …" : "Older ones"}
                  </Button>
                </div>
              )}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function Together({ rows, hasMore }: { rows: readonly Closed[]; hasMore: boolean }) {
  const totals = closedTotals(rows);
  if (rows.length === 0) return null;
  return (
    <div className="figures-4">
      <Stats label="The shown positions together">
        <Stat label="Closed" note={hasMore ? "of those loaded" : undefined}>
          <Quantity value={totals.positions} />
        </Stat>
        <Stat label="P&L">
          <Money value={totals.pnl} isChange />
        </Stat>
        <Stat label="Wins" note={`${totals.wins} of ${totals.positions}`}>
          <Percent value={totals.winRate} />
        </Stat>
        <Stat label="Mean P&L" note="of the entry price">
          <Percent value={totals.meanPercent} isChange />
        </Stat>
      </Stats>
    </div>
  );
}
