import { useMemo, useState } from "react";
import { live, useLive, type Position } from "@/live";
import { Badge, DataTable, Empty, Loading, Money, Panel, Percent, Quantity, Select, Stat, Stats, TextField, type Column } from "@/ui";
import { contractName } from "./contract";
import { away, stopOf, targetOf, type Exit } from "./exits";
import { DaysCell, DistanceCell, ExitsCell, HeldCell, MarkCell, PercentCell, PnlCell } from "./live-cells";
import { engineOf, enginesOf, priceOf, shown, totalsOf } from "./open-rows";
import { useMarks, useSlowMarks } from "./use-marks";

const markOf = (row: Position) => live.get().marks.get(row.position_id);
const distanceTo = (find: (exits: readonly Exit[]) => Exit | null) => (row: Position) => {
  const exit = find(row.exits ?? []);
  return exit === null ? null : away(exit, priceOf(row, markOf(row))).percent;
};

const COLUMNS: readonly Column<Position>[] = [
  { id: "contract", head: "contract", cell: (row) => <Contract position={row} />, sort: (row) => row.option_symbol },
  { id: "quantity", head: "qty", hint: "contracts held", cell: (row) => <Quantity value={row.quantity} />, sort: (row) => row.quantity, isEnd: true },
  { id: "entry", head: "entry", cell: (row) => <Money value={row.entry_price} />, sort: (row) => row.entry_price, isEnd: true },
  { id: "mark", head: "mark", cell: (row) => <MarkCell position={row} />, sort: (row) => priceOf(row, markOf(row)), isEnd: true },
  {
    id: "pnl",
    head: "P&L",
    hint: "open, of what is held",
    cell: (row) => <PnlCell position={row} />,
    sort: (row) => markOf(row)?.unrealized_pnl ?? row.unrealized_pnl ?? null,
    isEnd: true,
  },
  {
    id: "percent",
    head: "P&L %",
    hint: "of the entry price",
    cell: (row) => <PercentCell position={row} />,
    sort: (row) => markOf(row)?.position_pnl_percent ?? row.position_pnl_percent ?? null,
    isEnd: true,
  },
  {
    id: "held",
    head: "held",
    hint: "since its entry, by the time of its newest mark",
    cell: (row) => <HeldCell position={row} />,
    sort: (row) => -Date.parse(row.entry_timestamp),
    isEnd: true,
  },
  { id: "days", head: "DTE", hint: "days to expiration", cell: (row) => <DaysCell position={row} />, sort: (row) => Date.parse(row.expiration), isEnd: true },
  { id: "engine", head: "engine", cell: engineOf, sort: engineOf },
  {
    id: "stop",
    head: "to stop",
    hint: "how far the mark has to fall, in percent of it",
    cell: (row) => <DistanceCell position={row} to="stop" />,
    sort: distanceTo(stopOf),
    isEnd: true,
  },
  {
    id: "target",
    head: "to target",
    hint: "how far the mark has to rise, in percent of it",
    cell: (row) => <DistanceCell position={row} to="target" />,
    sort: distanceTo(targetOf),
    isEnd: true,
  },
  { id: "exits", head: "exits, and the nearest", hint: "bars close all, short bars a part; ring: entry, point: mark", cell: (row) => <ExitsCell position={row} />, isWide: true },
];

function Contract({ position }: { position: Position }) {
  return (
    <span className="contract">
      {contractName(position)}
      {position.is_test && <Badge>test</Badge>}
    </span>
  );
}

const ALL = "all";

/** What is held, at its marks. */
export function OpenPositions() {
  const positions = useLive((state) => state.positions);
  const isKnown = useLive((state) => state.isKnown);
  const [text, setText] = useState("");
  const [engine, setEngine] = useState(ALL);
  const marks = useSlowMarks();
  // the marks make them new: an order by what moves is looked at again with them
  const rows = useMemo(
    () => shown(positions.values(), { text, engine: engine === ALL ? null : engine }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- see above
    [positions, text, engine, marks],
  );
  if (!isKnown) return <Loading what="positions" />;
  return (
    <div className="stack">
      <Together rows={rows} />
      <Panel
        title={rows.length === positions.size ? `Held (${positions.size})` : `Held (${rows.length} of ${positions.size})`}
        isFlush
      >
        {positions.size > 0 && (
          <div className="filters panel-filters">
            <TextField
              label="Symbol or contract"
              value={text}
              data-search=""
              placeholder="SPX, 3700 C"
              onChange={(event) => setText(event.target.value)}
            />
            <Select
              label="Engine"
              value={engine}
              options={[{ value: ALL, title: "All" }, ...enginesOf(positions.values()).map((value) => ({ value, title: value }))]}
              onChoose={setEngine}
            />
          </div>
        )}
        <DataTable
          caption="Open positions"
          columns={COLUMNS}
          rows={rows}
          rowKey={(row) => row.position_id}
          to={(row) => `/positions/${row.position_id}`}
          sortedBy={{ id: "contract", desc: false }}
          narrow="cards"
          isMoving
          empty={
            positions.size === 0 ? (
              <Empty title="No position is open.">
                One appears here the moment an alert is traded. Send a test alert under Webhooks, or place an order by hand.
              </Empty>
            ) : (
              <Empty title="No position is like this.">Clear the filters to see all {positions.size}.</Empty>
            )
          }
        />
      </Panel>
    </div>
  );
}

/** Sums of the rows that are shown. */
function Together({ rows }: { rows: readonly Position[] }) {
  const totals = totalsOf(rows, useMarks());
  return (
    <div className="figures-5">
      <Stats label="The shown positions together">
        <Stat label="Positions" note={`${totals.contracts} ${totals.contracts === 1 ? "contract" : "contracts"}`}>
          <Quantity value={totals.positions} />
        </Stat>
        <Stat label="Cost">
          <Money value={totals.cost} digits={0} />
        </Stat>
        <Stat label="Value at the marks">
          <Money value={totals.value} digits={0} />
        </Stat>
        <Stat label="Open P&L" note={<Percent value={totals.percent} isChange />}>
          <Money value={totals.openPnl} isChange />
        </Stat>
        <Stat label="If every stop fills" note="at its level">
          <Money value={totals.atStops} isChange digits={0} />
        </Stat>
      </Stats>
    </div>
  );
}
