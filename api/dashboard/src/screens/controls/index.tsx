import { $api, type Schemas } from "@/api/client";
import { DataTable, Empty, Loaded, Page, Panel, When, type Column } from "@/ui";

const COLUMNS: readonly Column<Schemas["ControlRow"]>[] = [
  { id: "name", head: "control", cell: (row) => row.name, sort: (row) => row.name },
  { id: "value", head: "value", cell: (row) => <code>{JSON.stringify(row.value)}</code>, isWide: true },
  { id: "by", head: "changed by", cell: (row) => row.changed_by },
  { id: "at", head: "at", cell: (row) => <When at={row.changed_at} />, sort: (row) => row.changed_at },
];

export default function Controls() {
  const controls = $api.useQuery("get", "/controls");
  return (
    <Page title="Controls">
      <Panel title="What was changed while it runs" isFlush>
        <Loaded query={controls} what="controls">
          {({ items }) => (
            <DataTable
              caption="Controls"
              columns={COLUMNS}
              rows={items}
              rowKey={(row) => row.name}
              empty={<Empty title="Nothing was changed: what is configured holds." />}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
