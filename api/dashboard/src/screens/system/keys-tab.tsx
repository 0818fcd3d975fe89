import { useState } from "react";
import { $api, api, queries, type Schemas } from "@/api/client";
import { failureOf } from "@/screens/controls/tagged";
import { NewKey } from "@/screens/system/new-key";
import { Badge, Button, DataTable, Empty, Loaded, Panel, say, sayFailed, useConfirmed, useMay, When, type Column } from "@/ui";
import { NextPage } from "@/ui/next-page";
import { PAGED, rowsOf } from "@/ui/paging";

type Key = Schemas["KeyRow"];

const COLUMNS: readonly Column<Key>[] = [
  { id: "name", head: "key", cell: (row) => row.name, sort: (row) => row.name },
  { id: "prefix", head: "begins with", cell: (row) => <code>ts_{row.prefix}_</code> },
  { id: "may", head: "may", cell: (row) => row.permissions.join(", ") },
  { id: "account", head: "account", cell: (row) => row.account_id },
  { id: "by", head: "made by", cell: (row) => row.created_by },
  { id: "made", head: "made", cell: (row) => <When at={row.created_at} />, sort: (row) => row.created_at },
  { id: "used", head: "last used", cell: (row) => <When at={row.last_used_at} />, sort: (row) => row.last_used_at },
  { id: "ends", head: "expires", cell: (row) => (row.expires_at === null ? "never" : <When at={row.expires_at} />) },
  { id: "revoke", head: "state", cell: (row) => <Revoke row={row} /> },
];

/** Keys of services: programs that read or trade without a password. */
export function KeysTab() {
  const mayNot = useMay("administer");
  if (mayNot !== null) return <Empty title="Keys are not shown to you.">{mayNot}</Empty>;
  return <Keys />;
}

function Keys() {
  const [isMaking, setMaking] = useState(false);
  const keys = $api.useInfiniteQuery("get", "/api-keys", { params: { query: { limit: 50 } } }, PAGED);
  return (
    <Panel title="API keys" isFlush actions={<Button onClick={() => setMaking(true)}>Make a key</Button>}>
      <Loaded query={keys} what="keys">
        {(data) => (
          <DataTable
            caption="API keys"
            columns={COLUMNS}
            rows={rowsOf(data, (row) => row.key_id)}
            rowKey={(row) => row.key_id}
            narrow="cards"
            empty={<Empty title="There are no keys.">Make one for a program that reads or trades.</Empty>}
          />
        )}
      </Loaded>
      <NextPage query={keys} what="keys" />
      {isMaking && <NewKey onClose={() => setMaking(false)} />}
    </Panel>
  );
}

function Revoke({ row: { key_id, name, revoked_at } }: { row: Key }) {
  const confirmed = useConfirmed();
  if (revoked_at !== null) {
    return (
      <span className="nowrap">
        <Badge tone="bad">revoked</Badge> <When at={revoked_at} />
      </span>
    );
  }
  async function revoke(): Promise<void> {
    const isSure = await confirmed({
      title: `Revoke the key ${name}?`,
      consequences: ["It opens nothing from now on. This cannot be taken back."],
      action: "Revoke it",
      isDangerous: true,
    });
    if (!isSure) return;
    const { data, error } = await api.DELETE("/api-keys/{key_id}", { params: { path: { key_id } } });
    if (data === undefined) throw failureOf(error);
    say(`The key ${name} is revoked.`);
    await queries.invalidateQueries();
  }
  return (
    <Button tone="danger" aria-label={`Revoke ${name}`} onClick={() => void revoke().catch(sayFailed)}>
      Revoke
    </Button>
  );
}
