import { $api, type Schemas } from "@/api/client";
import { DataTable, Empty, Loaded, Page, Panel, Quantity, type Column } from "@/ui";
import { duration } from "@/ui/format";

const COLUMNS: readonly Column<Schemas["TopicState"]>[] = [
  { id: "topic", head: "topic", cell: (row) => row.topic, sort: (row) => row.topic },
  { id: "messages", head: "messages", cell: (row) => <Quantity value={row.messages} />, isEnd: true },
  { id: "age", head: "last one ago", cell: (row) => duration(row.age_s), sort: (row) => row.age_s, isEnd: true },
];

export default function System() {
  const monitoring = $api.useQuery("get", "/monitoring", {}, { refetchInterval: 10_000 });
  return (
    <Page title="System">
      <Panel title="Topics" isFlush>
        <Loaded query={monitoring} what="the state of the line">
          {({ topics }) => (
            <DataTable
              caption="Topics"
              columns={COLUMNS}
              rows={topics}
              rowKey={(row) => row.topic}
              empty={<Empty title="There are no topics." />}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
