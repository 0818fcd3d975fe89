import { useMemo, type ReactNode } from "react";
import { Link } from "wouter";
import { useLive, type Happening } from "@/live";
import { merged } from "@/live/happenings";
import { Badge, DataTable, Empty, Money, When, type Column } from "@/ui";
import { money, words } from "@/ui/format";

const SHOWN_MAX = 100;

const COLUMNS: readonly Column<Happening>[] = [
  { id: "at", head: "time (New York)", cell: (row) => <When at={row.at} /> },
  { id: "kind", head: "what", cell: (row) => <Badge tone={TONES[row.kind]}>{row.kind}</Badge> },
  { id: "symbol", head: "symbol", cell: (row) => row.symbol },
  { id: "detail", head: "how", cell: detail, isWide: true },
  { id: "pnl", head: "P&L", cell: (row) => (row.pnl === null ? null : <Money value={row.pnl} isChange />), isEnd: true },
  { id: "more", head: "more", cell: more },
];

const TONES = { signal: "plain", decision: "plain", order: "accent", fill: "accent", exit: "warning" } as const;

function detail({ what, direction, quantity, price }: Happening): string {
  const sized = quantity === null ? null : `${quantity} ${quantity === 1 ? "contract" : "contracts"}`;
  const priced = price === null ? null : `at ${money(price)}`;
  return [direction, words(what), [sized, priced].filter(Boolean).join(" ")].filter(Boolean).join(" · ");
}

function more({ position_id, signal_id }: Happening): ReactNode {
  if (position_id !== null) return <Link href={`/positions/${position_id}`}>position</Link>;
  if (signal_id !== null) return <Link href={`/decisions/${signal_id}`}>why</Link>;
  return null;
}

/** What happened: the list as it was when the page was opened, and from then on what the stream tells. */
export function Feed({ recent }: { recent: readonly Happening[] }) {
  const happenings = useLive((state) => state.happenings);
  const rows = useMemo(() => merged(happenings, recent).slice(0, SHOWN_MAX), [happenings, recent]);
  return (
    <DataTable
      caption="What happened, newest first"
      columns={COLUMNS}
      rows={rows}
      rowKey={(row) => `${row.kind} ${row.id} ${row.at}`}
      maxHeight="340px"
      narrow="cards"
      empty={
        <Empty title="Nothing has happened yet.">
          <Link href="/webhooks">Send a test alert</Link> and watch what comes of it.
        </Empty>
      }
    />
  );
}
