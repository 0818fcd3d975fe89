import { $api, type Schemas } from "@/api/client";
import { DataTable, Empty, Loaded, Page, Panel, Quantity, When, type Column } from "@/ui";

const COLUMNS: readonly Column<Schemas["SymbolBias"]>[] = [
  { id: "symbol", head: "symbol", cell: (row) => row.symbol, sort: (row) => row.symbol },
  { id: "bias", head: "bias", cell: (row) => row.bias },
  { id: "score", head: "score", cell: (row) => <Quantity value={row.bias_score} />, isEnd: true },
  { id: "at", head: "at", cell: (row) => <When at={row.timestamp} /> },
];

export default function Market() {
  const bias = $api.useQuery("get", "/bias/summary");
  return (
    <Page title="Market">
      <Panel title="Bias" isFlush>
        <Loaded query={bias} what="the bias">
          {({ items }) => (
            <DataTable
              caption="Bias by symbol"
              columns={COLUMNS}
              rows={items}
              rowKey={(row) => row.symbol}
              empty={<Empty title="No bias has come yet." />}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
