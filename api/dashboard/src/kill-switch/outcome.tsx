import { $api, type Schemas } from "@/api/client";
import { DataTable, Empty, Loaded, Money, Quantity, type Column } from "@/ui";

type Outcome = Schemas["KillSwitchOutcome"];

const AGAIN_MS = 400;

const ORDERS: readonly Column<Outcome["orders"][number]>[] = [
  { id: "contract", head: "order", cell: (row) => row.option_symbol },
  { id: "quantity", head: "contracts", cell: (row) => <Quantity value={row.quantity} />, isEnd: true },
  { id: "status", head: "outcome", cell: (row) => (row.status === "asked" ? "cancelling …" : row.status) },
  { id: "reason", head: "why", cell: (row) => row.reason ?? "" },
];

const POSITIONS: readonly Column<Outcome["positions"][number]>[] = [
  { id: "contract", head: "position", cell: (row) => row.option_symbol },
  { id: "quantity", head: "contracts", cell: (row) => <Quantity value={row.quantity} />, isEnd: true },
  { id: "status", head: "outcome", cell: (row) => (row.status === "asked" ? "closing …" : row.status) },
  { id: "price", head: "price", cell: (row) => <Money value={row.exit_price} />, isEnd: true },
  { id: "pnl", head: "P&L", cell: (row) => <Money value={row.realized_pnl} isChange />, isEnd: true },
  { id: "reason", head: "why", cell: (row) => row.reason ?? "" },
];

/** What became of each order and position since the switch was thrown: asked again until nothing is on its way. */
export function KillSwitchOutcome({ id }: { id: string }) {
  const outcome = $api.useQuery(
    "get",
    "/kill-switch/{kill_switch_id}",
    { params: { path: { kill_switch_id: id } } },
    { refetchInterval: (query) => (query.state.data?.complete === true ? false : AGAIN_MS) },
  );
  return (
    <Loaded query={outcome} what="what became of each order">
      {({ orders, positions, complete }) => (
        <div className="stack">
          <p aria-live="polite">{complete ? "All is done." : "Some are on their way …"}</p>
          {orders.length + positions.length === 0 && <Empty title="No order was working and nothing was to be closed." />}
          {orders.length > 0 && (
            <DataTable
              caption="Working orders"
              columns={ORDERS}
              rows={orders}
              rowKey={(row) => row.order_id}
              empty={null}
            />
          )}
          {positions.length > 0 && (
            <DataTable
              caption="Positions"
              columns={POSITIONS}
              rows={positions}
              rowKey={(row) => row.position_id}
              empty={null}
            />
          )}
        </div>
      )}
    </Loaded>
  );
}
