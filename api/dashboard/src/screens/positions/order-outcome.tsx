import { Link } from "wouter";
import { $api, type Schemas } from "@/api/client";
import { Badge, Button, DataTable, Loaded, Pairs, type Column } from "@/ui";
import { money, words } from "@/ui/format";

type Gate = Schemas["GateMet"];

const GATES: readonly Column<Gate>[] = [
  { id: "gate", head: "gate", cell: (gate) => words(gate.gate) },
  {
    id: "verdict",
    head: "verdict",
    cell: (gate) => <Badge tone={TONES[gate.verdict]}>{VERDICTS[gate.verdict]}</Badge>,
  },
  { id: "detail", head: "why", cell: (gate) => gate.detail || words(gate.limit), isWide: true },
];
const TONES = { pass: "good", reduce: "warning", block: "bad" } as const;
const VERDICTS = { pass: "✓ passed", reduce: "↓ reduced", block: "✕ refused" } as const;

const STATUS: Readonly<Record<Schemas["OrderRequestOutcome"]["status"], string>> = {
  pending: "It is being judged …",
  approved: "Approved: the order is sent.",
  rejected: "Refused: no order was sent.",
};

interface OrderOutcomeProps {
  id: string;
  onClose: () => void;
  onAnother: () => void;
}

/** What became of an order by hand: read again as the stream tells of decisions, orders and fills. */
export function OrderOutcome({ id, onClose, onAnother }: OrderOutcomeProps) {
  const outcome = $api.useQuery("get", "/order-requests/{request_id}", { params: { path: { request_id: id } } }, { staleTime: 0 });
  return (
    <div className="stack">
      <Loaded query={outcome} what="what became of it">
        {(found) => (
          <>
            <p aria-live="assertive">
              <strong>{STATUS[found.status]}</strong> {(found.codes ?? []).map(words).join(", ")}
            </p>
            <Pairs>
              <dt>Order</dt>
              <dd>
                {words(found.side)} {found.quantity ?? "all"} {found.option_symbol ?? ""}{" "}
                {found.side === "buy_to_open" && (found.limit_price == null ? "at the market" : `at most ${money(found.limit_price)}`)}
              </dd>
              <dt>Status</dt>
              <dd>
                <Badge>{words(found.order_status ?? found.status)}</Badge>
              </dd>
            </Pairs>
            {(found.gates ?? []).length > 0 && (
              <DataTable
                caption="The gates it met"
                columns={GATES}
                rows={found.gates ?? []}
                rowKey={(gate) => gate.gate}
                empty={null}
                maxHeight="40vh"
              />
            )}
          </>
        )}
      </Loaded>
      <div className="row">
        <Button tone="primary" onClick={onClose}>
          Close
        </Button>
        <Button onClick={onAnother}>Another order</Button>
        <Link href="/decisions">All decisions</Link>
      </div>
    </div>
  );
}
