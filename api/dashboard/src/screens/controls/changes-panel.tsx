import { useState } from "react";
import { $api, type Schemas } from "@/api/client";
import { controlOf, linesOf } from "@/screens/controls/changes";
import { DataTable, Empty, Loaded, Panel, Select, When, type Column } from "@/ui";
import { NextPage } from "@/ui/next-page";
import { PAGED, rowsOf } from "@/ui/paging";

type Change = Schemas["ControlChangeRow"];

const COLUMNS: readonly Column<Change>[] = [
  { id: "at", head: "time (New York)", cell: (row) => <When at={row.changed_at} /> },
  { id: "what", head: "control", cell: (row) => <span title={row.name}>{controlOf(row.name)}</span> },
  { id: "by", head: "changed by", cell: (row) => row.changed_by },
  { id: "how", head: "old → new", cell: (row) => linesOf(row).join(" · ") || "saved anew, nothing differs", isWide: true },
];

/** Who changed what, when, from what to what. */
export function ChangesPanel() {
  const [name, setName] = useState("");
  const controls = $api.useQuery("get", "/controls");
  const query = { limit: 20, ...(name === "" ? {} : { name }) };
  const changes = $api.useInfiniteQuery("get", "/control-changes", { params: { query } }, PAGED);
  const names = (controls.data?.items ?? []).map((row) => ({ value: row.name, title: controlOf(row.name) }));
  return (
    <Panel
      title="Who changed what"
      isFlush
      actions={
        <Select
          label="Control"
          value={name}
          options={[{ value: "", title: "all" }, ...names]}
          onChoose={setName}
        />
      }
    >
      <Loaded query={changes} what="what was changed">
        {(data) => (
          <DataTable
            caption="Changes of controls, newest first"
            columns={COLUMNS}
            rows={rowsOf(data, (row) => row.change_id)}
            rowKey={(row) => row.change_id}
            maxHeight="420px"
            empty={<Empty title="Nothing was changed: what is configured holds." />}
          />
        )}
      </Loaded>
      <NextPage query={changes} what="changes" />
    </Panel>
  );
}
