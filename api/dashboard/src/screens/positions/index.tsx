import { useParams } from "wouter";
import { useLive, useMark, type Position } from "@/live";
import { DataTable, Empty, Loading, Money, Page, Panel, Quantity, When, type Column } from "@/ui";

const COLUMNS: readonly Column<Position>[] = [
  { id: "contract", head: "contract", cell: (row) => row.option_symbol, sort: (row) => row.option_symbol },
  { id: "quantity", head: "contracts", cell: (row) => <Quantity value={row.quantity} />, isEnd: true },
  { id: "entry", head: "entry", cell: (row) => <Money value={row.entry_price} />, isEnd: true },
  { id: "pnl", head: "open P&L", cell: (row) => <OpenPnl position={row} />, isEnd: true },
  { id: "since", head: "since", cell: (row) => <When at={row.entry_timestamp} />, sort: (row) => row.entry_timestamp },
];

function OpenPnl({ position }: { position: Position }) {
  const mark = useMark(position.position_id);
  return <Money value={mark?.unrealized_pnl ?? position.unrealized_pnl} isChange />;
}

export default function Positions() {
  const { id } = useParams<{ id?: string }>();
  const positions = useLive((state) => state.positions);
  const isKnown = useLive((state) => state.isKnown);
  return (
    <Page title={id === undefined ? "Positions" : "Position"}>
      <Panel title="Held" isFlush>
        {isKnown ? (
          <DataTable
            caption="Open positions"
            columns={COLUMNS}
            rows={[...positions.values()].filter((row) => id === undefined || row.position_id === id)}
            rowKey={(row) => row.position_id}
            to={(row) => `/positions/${row.position_id}`}
            empty={<Empty title="No position is open." />}
          />
        ) : (
          <Loading what="positions" />
        )}
      </Panel>
    </Page>
  );
}
