import { useState } from "react";
import { $api, api, type Schemas } from "@/api/client";
import { failureOf } from "@/screens/controls/tagged";
import { Button, DataTable, Dialog, Empty, Loaded, Pairs, Panel, sayFailed, TextField, useMay, When, type Column } from "@/ui";
import { quantity } from "@/ui/format";
import { NextPage } from "@/ui/next-page";
import { PAGED, rowsOf } from "@/ui/paging";

type Row = Schemas["AuditRow"];

const COLUMNS: readonly Column<Row>[] = [
  { id: "number", head: "no.", cell: (row) => row.number, isEnd: true },
  { id: "at", head: "time (New York)", cell: (row) => <When at={row.at} /> },
  { id: "actor", head: "who", cell: (row) => row.actor },
  { id: "action", head: "what", cell: (row) => <code>{row.action}</code> },
  { id: "target", head: "of", cell: (row) => row.target, isWide: true },
  { id: "account", head: "account", cell: (row) => row.account_id || "platform" },
];

/** Who changed what, in a log that only grows; and whether it is as it was written. */
export function AuditTab() {
  const mayNot = useMay("administer");
  if (mayNot !== null) return <Empty title="The audit log is not shown to you.">{mayNot}</Empty>;
  return <Audit />;
}

function Audit() {
  const [actor, setActor] = useState("");
  const [action, setAction] = useState("");
  const [opened, setOpened] = useState<Row | null>(null);
  const query = {
    limit: 50,
    ...(actor.trim() === "" ? {} : { actor: actor.trim() }),
    ...(action.trim() === "" ? {} : { action: action.trim().replaceAll(" ", "_") }),
  };
  const rows = $api.useInfiniteQuery("get", "/audit", { params: { query } }, PAGED);
  return (
    <Panel title="Audit log" isFlush actions={<Verify />}>
      <div className="filters system-filters">
        <TextField label="Who" value={actor} maxLength={200} data-search="" onChange={(event) => setActor(event.target.value)} />
        <TextField
          label="What"
          value={action}
          maxLength={200}
          placeholder="change_control"
          onChange={(event) => setAction(event.target.value)}
        />
      </div>
      <Loaded query={rows} what="the log">
        {(data) => (
          <DataTable
            caption="Audit log, newest first"
            columns={COLUMNS}
            rows={rowsOf(data, (row) => String(row.number))}
            rowKey={(row) => String(row.number)}
            onOpen={setOpened}
            narrow="cards"
            maxHeight="560px"
            empty={<Empty title="No row is like that." />}
          />
        )}
      </Loaded>
      <NextPage query={rows} what="rows" />
      {opened !== null && <RowDialog row={opened} onClose={() => setOpened(null)} />}
    </Panel>
  );
}

function RowDialog({ row, onClose }: { row: Row; onClose: () => void }) {
  return (
    <Dialog title={`Row ${row.number}: ${row.action}`} onClose={onClose}>
      <Pairs>
        <dt>Who</dt>
        <dd>{row.actor}</dd>
        <dt>When</dt>
        <dd>
          <When at={row.at} form="full" />
        </dd>
        <dt>Of</dt>
        <dd className="hash">{row.target}</dd>
        <dt>Hash</dt>
        <dd className="mono hash">{row.hash}</dd>
        <dt>Before it</dt>
        <dd className="mono hash">{row.previous_hash}</dd>
      </Pairs>
      <pre className="letter" role="region" aria-label="Its detail">
        {JSON.stringify(row.detail, null, 2)}
      </pre>
    </Dialog>
  );
}

function Verify() {
  const [verdict, setVerdict] = useState<Schemas["AuditVerdict"] | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function verify(): Promise<void> {
    setBusy(true);
    try {
      const { data, error } = await api.GET("/audit/verify");
      if (data === undefined) throw failureOf(error);
      setVerdict(data);
    } catch (error) {
      sayFailed(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <Button disabledReason={isBusy ? "The log is being read …" : null} onClick={() => void verify()}>
        {isBusy ? "Verifying …" : "Verify the log"}
      </Button>
      {verdict !== null && (
        <Dialog title={verdict.intact ? "The log is intact" : "The log was changed"} onClose={() => setVerdict(null)}>
          <p>
            {quantity(verdict.rows)} rows were hashed anew and compared with {quantity(verdict.heads)} heads on Kafka.
          </p>
          {verdict.findings.map(({ number, fault, text }) => (
            <p key={`${number} ${fault}`} className="notice is-bad">
              Row {number}, {fault}: {text}
            </p>
          ))}
        </Dialog>
      )}
    </>
  );
}
