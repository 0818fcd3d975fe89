import type { Schemas } from "@/api/client";
import { AsOf } from "@/screens/market/as-of";
import { DataTable, Empty, Panel, Quantity, type Column } from "@/ui";
import { quantity } from "@/ui/format";

type Row = Schemas["ExpirationRow"] & { days: number };

const COLUMNS: readonly Column<Row>[] = [
  { id: "expiration", head: "expiration", cell: (row) => row.expiration, sort: (row) => row.expiration },
  { id: "days", head: "days", hint: "to the expiration", cell: (row) => <Quantity value={row.days} />, sort: (row) => row.days, isEnd: true },
  { id: "contracts", head: "contracts", cell: (row) => <Quantity value={row.contracts} />, sort: (row) => row.contracts, isEnd: true },
  { id: "call-oi", head: "call OI", cell: (row) => <Quantity value={row.call_open_interest} />, sort: (row) => row.call_open_interest, isEnd: true },
  { id: "put-oi", head: "put OI", cell: (row) => <Quantity value={row.put_open_interest} />, sort: (row) => row.put_open_interest, isEnd: true },
  { id: "ratio", head: "P/C", hint: "open interest of puts over that of calls", cell: (row) => ratio(row.put_open_interest, row.call_open_interest), isEnd: true },
  { id: "call-volume", head: "call vol.", cell: (row) => <Quantity value={row.call_volume} />, sort: (row) => row.call_volume, isEnd: true },
  { id: "put-volume", head: "put vol.", cell: (row) => <Quantity value={row.put_volume} />, sort: (row) => row.put_volume, isEnd: true },
];

function ratio(puts: number | null, calls: number | null): string {
  return puts === null || calls === null || calls === 0 ? "–" : quantity(puts / calls, { digits: 2 });
}

/** What is listed, by expiration. */
export function Chain({ underlying, className }: { underlying: Schemas["UnderlyingDetail"]; className?: string }) {
  const { expirations, chain_at, at } = underlying;
  const rows = expirations.map((row) => ({ ...row, days: Math.max(0, daysBetween(at, row.expiration)) }));
  return (
    <Panel title="Chain" actions={chain_at !== null && <span className="muted"><AsOf at={chain_at} now={at} /></span>} isFlush className={className}>
      <DataTable
        caption={`Contracts on ${underlying.symbol} by expiration`}
        columns={COLUMNS}
        rows={rows}
        rowKey={(row) => row.expiration}
        maxHeight="320px"
        empty={<Empty title="No contract is listed.">Send a chain to the chain webhook, or switch a provider on.</Empty>}
      />
    </Panel>
  );
}

function daysBetween(at: string, day: string): number {
  return Math.round((Date.parse(`${day}T20:00:00Z`) - Date.parse(at)) / 86_400_000);
}
