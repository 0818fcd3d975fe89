import { $api, type Schemas } from "@/api/client";
import { DataTable, Empty, Loaded, Page, Panel, When, type Column } from "@/ui";
import { words } from "@/ui/format";

const COLUMNS: readonly Column<Schemas["WebhookEventRow"]>[] = [
  { id: "at", head: "at", cell: (row) => <When at={row.created_at} />, sort: (row) => row.created_at },
  { id: "symbol", head: "symbol", cell: (row) => row.symbol ?? "–" },
  { id: "status", head: "status", cell: (row) => words(row.status), sort: (row) => row.status },
  { id: "why", head: "what was wrong", cell: (row) => row.error_message ?? "", isWide: true },
];

export default function Webhooks() {
  const events = $api.useQuery("get", "/webhook-events", { params: { query: { limit: 100 } } });
  return (
    <Page title="Webhooks">
      <Panel title="What arrived" isFlush>
        <Loaded query={events} what="what arrived">
          {({ items }) => (
            <DataTable
              caption="Webhook calls"
              columns={COLUMNS}
              rows={items}
              rowKey={(row) => row.event_id}
              empty={<Empty title="No call has come yet." />}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
