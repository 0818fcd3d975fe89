import { useState } from "react";
import { $api, type Schemas } from "@/api/client";
import { KillSwitchDialog } from "@/kill-switch/dialog";
import { KillSwitchOutcome } from "@/kill-switch/outcome";
import { Badge, Button, DataTable, Dialog, Empty, Loaded, Panel, useMe, When, type Column } from "@/ui";
import { NextPage } from "@/ui/next-page";
import { PAGED, rowsOf } from "@/ui/paging";

type Throw = Schemas["ControlChangeRow"];

const COLUMNS: readonly Column<Throw>[] = [
  { id: "at", head: "time (New York)", cell: (row) => <When at={row.changed_at} /> },
  { id: "what", head: "what", cell: (row) => actionOf(row.value) },
  { id: "by", head: "by", cell: (row) => row.changed_by },
  { id: "why", head: "reason", cell: (row) => reasonOf(row.value), isWide: true },
];

function actionOf({ halted, close }: Throw["value"]): string {
  if (halted !== true) return "let through";
  return close === true ? "stopped, closed all" : "stopped";
}

function reasonOf({ reason }: Throw["value"]): string {
  return typeof reason === "string" ? reason : "–";
}

/** Whether anything is opened, who said so, and each time the switch was thrown with what came of it. */
export function KillSwitchPanel() {
  const [isOpen, setOpen] = useState(false);
  const state = $api.useQuery("get", "/kill-switch");
  const account = useMe()?.account_id;
  return (
    <Panel
      title="Kill switch"
      actions={
        <Button tone="danger" onClick={() => setOpen(true)}>
          Stop or resume (Shift K)
        </Button>
      }
    >
      <div className="stack">
        <Loaded query={state} what="the kill switch">
          {({ account: own, all }) => (
            <>
              <SwitchLine of="This account" found={own} />
              <SwitchLine of="All accounts" found={all} />
            </>
          )}
        </Loaded>
        {account !== undefined && <History name={`kill_switch.${account}`} title="This account, before" />}
        <History name="kill_switch" title="All accounts, before" />
      </div>
      {isOpen && <KillSwitchDialog onClose={() => setOpen(false)} />}
    </Panel>
  );
}

function SwitchLine({ of, found }: { of: string; found: Schemas["Switch"] }) {
  const { halted, closing, changed_by, changed_at, reason } = found;
  return (
    <div className="row">
      <strong>{of}</strong>
      <Badge tone={halted ? "bad" : "good"}>
        {halted ? (closing === true ? "stopped, closing all" : "entries are stopped") : "entries are let through"}
      </Badge>
      <span className="muted">
        {changed_at == null ? (
          "never thrown"
        ) : (
          <>
            by {changed_by}, <When at={changed_at} form="full" />
            {reason != null && ` · ${reason}`}
          </>
        )}
      </span>
    </div>
  );
}

function History({ name, title }: { name: string; title: string }) {
  const [opened, setOpened] = useState<Throw | null>(null);
  const changes = $api.useInfiniteQuery("get", "/control-changes", { params: { query: { name, limit: 5 } } }, PAGED);
  return (
    <details>
      <summary>{title}</summary>
      <Loaded query={changes} what="when it was thrown">
        {(data) => (
          <DataTable
            caption={title}
            columns={COLUMNS}
            rows={rowsOf(data, (row) => row.change_id)}
            rowKey={(row) => row.change_id}
            onOpen={setOpened}
            empty={<Empty title="It was never thrown." />}
          />
        )}
      </Loaded>
      <NextPage query={changes} what="throws" />
      {opened !== null && (
        <Dialog title={`${actionOf(opened.value)}, by ${opened.changed_by}`} onClose={() => setOpened(null)}>
          <p className="muted">
            <When at={opened.changed_at} form="full" /> · {reasonOf(opened.value)}
          </p>
          <KillSwitchOutcome id={opened.change_id} />
        </Dialog>
      )}
    </details>
  );
}
