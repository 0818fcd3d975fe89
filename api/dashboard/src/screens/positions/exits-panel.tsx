import type { Schemas } from "@/api/client";
import { useMark } from "@/live";
import { DataTable, Empty, Money, Panel, Percent, When, type Column } from "@/ui";
import { money, words } from "@/ui/format";
import { quietBand } from "./chart-lines";
import { ExitTrack } from "./exit-track";
import { away, exitName, pnlAt, TAKES } from "./exits";
import { Distance } from "./live-cells";

type Detail = Schemas["PositionDetail"];
type Exit = NonNullable<Detail["exits"]>[number];

interface Row extends Exit {
  mark: number | null;
  pnl: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { id: "exit", head: "exit", cell: (row) => exitName(row.reason) },
  {
    id: "price",
    head: "at",
    hint: "the contract's price",
    cell: (row) => (
      <span className="nowrap" title={row.side === "at_or_below" ? "at or below" : "at or above"}>
        {row.side === "at_or_below" ? "≤ " : "≥ "}
        {money(row.price)}
      </span>
    ),
    sort: (row) => row.price,
    isEnd: true,
  },
  { id: "takes", head: "takes", cell: (row) => TAKES[row.takes] },
  { id: "away", head: "away", hint: "from the mark, dollars a share", cell: (row) => <Money value={away(row, row.mark).distance} />, isEnd: true },
  { id: "percent", head: "of the mark", cell: (row) => <Distance exit={row} mark={row.mark} />, isEnd: true },
  { id: "pnl", head: "P&L there", hint: "of all that is held, before commission", cell: (row) => <Money value={row.pnl} isChange digits={0} />, isEnd: true },
  { id: "gain", head: "%", cell: (row) => <Percent value={row.pnl_percent} isChange />, isEnd: true },
  { id: "underlying", head: "underlying", hint: "about where it stands then: by delta and gamma, all else unchanged", cell: (row) => (row.underlying_price == null ? "–" : `≈ ${money(row.underlying_price)}`), isEnd: true },
];

/** What each exit rule would take, at which price, and how far away it is. */
export function ExitsPanel({ position }: { position: Detail }) {
  const mark = useMark(position.position_id)?.current_price ?? position.current_price ?? null;
  const exits = position.exits ?? [];
  const rows = exits.map((exit) => ({ ...exit, mark, pnl: pnlAt(exit.price, position.entry_price, position.quantity) }));
  const { low, high } = quietBand(exits);
  return (
    <Panel title="What would take it out" isFlush>
      {exits.length > 0 && (
        <div className="exits-head">
          <ExitTrack exits={exits} entry={position.entry_price} mark={mark} />
          <p>
            {low !== null && high !== null && `Between ${money(low)} and ${money(high)} no rule fires. `}
            {position.due_at != null && (
              <>
                By time: {words(position.due_reason)} at <When at={position.due_at} form="full" />.
              </>
            )}
          </p>
        </div>
      )}
      <DataTable
        caption="Armed levels, the highest first"
        columns={COLUMNS}
        rows={rows.toReversed()}
        rowKey={(row) => `${row.reason} ${row.price}`}
        narrow="cards"
        empty={
          <Empty title={position.status === "closing" ? "It is closing: no level is armed any more." : "No level is told."}>
            {position.status === "closing"
              ? "Its exit order works until it is filled."
              : "The book tells them once it has read the position's first price."}
          </Empty>
        }
      />
    </Panel>
  );
}
