import { useState } from "react";
import { $api, api, type Schemas } from "@/api/client";
import { failureOf } from "@/screens/controls/tagged";
import { Button, DataTable, Dialog, Empty, Loaded, Panel, Quantity, say, sayFailed, useMay, When, type Column } from "@/ui";
import { words } from "@/ui/format";
import { NextPage } from "@/ui/next-page";
import { PAGED, rowsOf } from "@/ui/paging";

type Row = Schemas["ReconciliationRow"];

const COLUMNS: readonly Column<Row>[] = [
  { id: "at", head: "time (New York)", cell: (row) => <When at={row.created_at} /> },
  { id: "cause", head: "cause", cell: (row) => row.cause },
  { id: "orders", head: "orders", cell: (row) => <Quantity value={row.orders} />, isEnd: true },
  { id: "positions", head: "positions", cell: (row) => <Quantity value={row.positions} />, isEnd: true },
  { id: "found", head: "differences", cell: (row) => <Quantity value={row.differences.length} />, isEnd: true },
  { id: "paused", head: "paused", cell: (row) => row.paused.join(", ") || "none", isWide: true },
];

type Difference = Row["differences"][number];

const DIFFERENCES: readonly Column<Difference>[] = [
  { id: "kind", head: "what differs", cell: (row) => words(row.kind) },
  { id: "symbol", head: "symbol", cell: (row) => row.symbol },
  { id: "subject", head: "of", cell: (row) => row.subject },
  { id: "ours", head: "ours", cell: (row) => row.ours, isEnd: true },
  { id: "theirs", head: "broker's", cell: (row) => row.theirs, isEnd: true },
  { id: "repair", head: "repair", cell: (row) => row.repair, isWide: true },
];

/** Comparisons of the books with the broker. */
export function ReconciliationsTab() {
  const [opened, setOpened] = useState<Row | null>(null);
  const mayNot = useMay("trade");
  const found = $api.useInfiniteQuery("get", "/reconciliations", { params: { query: { limit: 50 } } }, PAGED);

  async function compare(): Promise<void> {
    const { data, error } = await api.POST("/reconciliations");
    if (data === undefined) throw failureOf(error);
    say("Asked for: it is listed here once the executor has compared.");
  }

  return (
    <Panel
      title="Comparisons with the broker"
      isFlush
      actions={
        <Button disabledReason={mayNot} onClick={() => void compare().catch(sayFailed)}>
          Compare now
        </Button>
      }
    >
      <Loaded query={found} what="comparisons">
        {(data) => (
          <DataTable
            caption="Comparisons with the broker, newest first"
            columns={COLUMNS}
            rows={rowsOf(data, (row) => row.reconciliation_id)}
            rowKey={(row) => row.reconciliation_id}
            onOpen={setOpened}
            empty={<Empty title="Nothing was compared yet.">An account whose orders go to no broker has nothing to compare.</Empty>}
          />
        )}
      </Loaded>
      <NextPage query={found} what="comparisons" />
      {opened !== null && (
        <Dialog title="A comparison with the broker" onClose={() => setOpened(null)}>
          <p className="muted">
            <When at={opened.created_at} form="full" /> · {opened.orders} orders and {opened.positions} positions compared
          </p>
          <DataTable
            caption="Differences"
            columns={DIFFERENCES}
            rows={opened.differences}
            rowKey={(row) => `${row.kind} ${row.subject}`}
            empty={<Empty title="The two sides agree." />}
          />
        </Dialog>
      )}
    </Panel>
  );
}
