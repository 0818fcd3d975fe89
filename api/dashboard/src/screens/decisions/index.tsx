import { useParams } from "wouter";
import { $api, type Schemas } from "@/api/client";
import { DataTable, Empty, Loaded, Page, Panel, When, type Column } from "@/ui";
import { words } from "@/ui/format";

const COLUMNS: readonly Column<Schemas["SignalRow"]>[] = [
  { id: "symbol", head: "symbol", cell: (row) => row.symbol, sort: (row) => row.symbol },
  { id: "direction", head: "direction", cell: (row) => row.direction },
  { id: "timeframe", head: "timeframe", cell: (row) => row.timeframe },
  { id: "status", head: "status", cell: (row) => row.status, sort: (row) => row.status },
  { id: "why", head: "refused for", cell: (row) => words(row.rejection_reason) },
  { id: "at", head: "at", cell: (row) => <When at={row.created_at} />, sort: (row) => row.created_at },
];

export default function Decisions() {
  const { signalId } = useParams<{ signalId?: string }>();
  return signalId === undefined ? <Signals /> : <Why signalId={signalId} />;
}

function Signals() {
  const signals = $api.useQuery("get", "/signals", { params: { query: { limit: 100 } } });
  return (
    <Page title="Decisions">
      <Panel title="Signals" isFlush>
        <Loaded query={signals} what="signals">
          {({ items }) => (
            <DataTable
              caption="Signals"
              columns={COLUMNS}
              rows={items}
              rowKey={(row) => row.signal_id}
              to={(row) => `/decisions/${row.signal_id}`}
              empty={<Empty title="No signal has come yet." />}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}

function Why({ signalId }: { signalId: string }) {
  const why = $api.useQuery("get", "/signals/{signal_id}/why", { params: { path: { signal_id: signalId } } });
  return (
    <Page title="Why">
      <Loaded query={why} what="the decision">
        {(found) => <p>{found.summary}</p>}
      </Loaded>
    </Page>
  );
}
