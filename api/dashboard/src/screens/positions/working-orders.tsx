import { $api, api, keyOf, queries, type Schemas } from "@/api/client";
import { Badge, Button, DataTable, Loaded, Money, Panel, Quantity, say, sayFailed, useConfirmed, useMay, When, type Column } from "@/ui";
import { words } from "@/ui/format";
import { contractName } from "./contract";
import { exitName } from "./exits";
import { engineOf } from "./open-rows";

type Order = Schemas["OrderRow"];

const COLUMNS: readonly Column<Order>[] = [
  { id: "contract", head: "contract", cell: contractName, sort: (row) => row.option_symbol },
  { id: "side", head: "side", cell: (row) => words(row.side), sort: (row) => row.side },
  { id: "quantity", head: "qty", cell: (row) => <Quantity value={row.quantity} />, isEnd: true },
  { id: "remaining", head: "remaining", cell: (row) => <Quantity value={row.remaining_quantity} />, isEnd: true },
  { id: "limit", head: "limit", cell: (row) => <Money value={row.limit_price} />, isEnd: true },
  { id: "status", head: "status", cell: (row) => <Badge>{words(row.status)}</Badge> },
  { id: "reason", head: "exit", cell: (row) => exitName(row.exit_reason) },
  { id: "engine", head: "engine", cell: engineOf },
  { id: "at", head: "since", cell: (row) => <When at={row.created_at} />, sort: (row) => row.created_at },
  { id: "cancel", head: "", cell: (row) => (row.side === "buy_to_open" ? <Cancel order={row} /> : null) },
];

/** Orders on their way; without any the panel is left out. */
export function WorkingOrders() {
  const orders = $api.useQuery("get", "/orders/active", { params: { query: { limit: 200 } } });
  if (orders.data?.items.length === 0) return null;
  return (
    <Panel title="Working orders" isFlush>
      <Loaded query={orders} what="working orders">
        {({ items }) => (
          <DataTable
            caption="Working orders"
            columns={COLUMNS}
            rows={items}
            rowKey={(row) => row.order_id}
            narrow="cards"
            empty={null}
          />
        )}
      </Loaded>
    </Panel>
  );
}

function Cancel({ order }: { order: Order }) {
  const mayNotTrade = useMay("trade");
  const confirmed = useConfirmed();

  async function cancel(): Promise<void> {
    const is = await confirmed({
      title: "Cancel this order?",
      consequences: [
        `${words(order.side)} ${order.remaining_quantity ?? order.quantity} ${contractName(order)}`,
        "What has been filled stays, and its exits go on.",
      ],
      action: "Cancel the order",
      isDangerous: true,
    });
    if (!is) return;
    try {
      const { data, error } = await api.POST("/orders/{order_id}/cancel", {
        // asked for twice it ends once
        params: { path: { order_id: order.order_id }, header: { "Idempotency-Key": `cancel-${order.order_id}` } },
      });
      if (data === undefined) sayFailed(error);
      else say(`Cancelling ${contractName(order)}: its end shows here.`);
    } catch (failure) {
      sayFailed(failure);
    } finally {
      void queries.invalidateQueries({ queryKey: keyOf("/orders/active") });
    }
  }

  return (
    <Button tone="danger" disabledReason={mayNotTrade} aria-label={`Cancel ${contractName(order)}`} onClick={() => void cancel()}>
      Cancel
    </Button>
  );
}
