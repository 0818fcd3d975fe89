import { useState } from "react";
import { Link } from "wouter";
import { $api, type Schemas } from "@/api/client";
import { Badge, Choice, DataTable, Dialog, Empty, Field, Loaded, Pairs, Panel, Quantity, Select, TextField, When, type Column } from "@/ui";
import { words } from "@/ui/format";
import { NextPage } from "@/ui/next-page";
import { PAGED, rowsOf } from "@/ui/paging";

type Call = Schemas["WebhookEventRow"];

const TONES = {
  accepted: "good",
  duplicate: "plain",
  invalid_signature: "bad",
  invalid_payload: "bad",
  error: "bad",
} as const satisfies Record<Call["status"], string>;

const COLUMNS: readonly Column<Call>[] = [
  { id: "at", head: "time (New York)", cell: (row) => <When at={row.created_at} /> },
  { id: "status", head: "status", cell: (row) => <Badge tone={TONES[row.status]}>{words(row.status)}</Badge> },
  { id: "symbol", head: "symbol", cell: (row) => row.symbol ?? "–" },
  { id: "direction", head: "direction", cell: (row) => row.direction ?? "–" },
  { id: "timeframe", head: "timeframe", cell: (row) => row.timeframe ?? "–" },
  { id: "took", head: "ms", cell: (row) => <Quantity value={row.processing_time_ms} />, isEnd: true, hint: "to answer it" },
  { id: "test", head: "test", cell: (row) => (row.is_test ? "test" : "") },
  { id: "why", head: "what was wrong", cell: (row) => row.error_message ?? "", isWide: true },
  {
    id: "signal",
    head: "signal",
    cell: (row) => (row.signal_id === null ? "" : <Link href={`/decisions/${row.signal_id}`}>what came of it</Link>),
  },
];

const STATUSES = [
  { name: "", title: "all" },
  { name: "accepted", title: "accepted" },
  { name: "duplicate", title: "duplicates" },
  { name: "rejected", title: "refused" },
  { name: "error", title: "errors" },
] as const;

type Wanted = (typeof STATUSES)[number]["name"];

/** What came to the account's webhooks, and why it was refused where it was. */
export function ArrivedPanel() {
  const [status, setStatus] = useState<Wanted>("");
  const [symbol, setSymbol] = useState("");
  const [direction, setDirection] = useState<"" | "long" | "short">("");
  const [since, setSince] = useState("");
  const [opened, setOpened] = useState<Call | null>(null);
  const query = {
    limit: 50,
    ...(status === "" ? {} : { status }),
    ...(/^[A-Za-z0-9._^!&-]{1,20}$/.test(symbol) ? { symbol: symbol.toUpperCase() } : {}),
    ...(direction === "" ? {} : { direction }),
    ...(since === "" ? {} : { since: new Date(since).toISOString() }),
  };
  const calls = $api.useInfiniteQuery("get", "/webhook-events", { params: { query } }, PAGED);
  const isFiltered = status !== "" || symbol !== "" || direction !== "" || since !== "";
  return (
    <Panel
      title="What arrived"
      isFlush
      actions={<Choice label="Outcome" options={STATUSES} chosen={status} onChoose={setStatus} />}
    >
      <div className="filters arrived-filters">
        <TextField label="Symbol" value={symbol} maxLength={20} data-search="" onChange={(event) => setSymbol(event.target.value)} />
        <Select
          label="Direction"
          value={direction}
          options={[{ value: "", title: "both" }, { value: "long", title: "long" }, { value: "short", title: "short" }]}
          onChoose={(value) => setDirection(value === "long" || value === "short" ? value : "")}
        />
        <Field label="Since (your own clock)">
          {(wired) => (
            <input {...wired} className="input" type="datetime-local" value={since} onChange={(event) => setSince(event.target.value)} />
          )}
        </Field>
      </div>
      <Loaded query={calls} what="what arrived">
        {(data) => (
          <DataTable
            caption="Calls of the webhooks, newest first"
            columns={COLUMNS}
            rows={rowsOf(data, (row) => row.event_id)}
            rowKey={(row) => row.event_id}
            onOpen={setOpened}
            narrow="cards"
            maxHeight="560px"
            empty={
              isFiltered ? (
                <Empty title="No call is like that.">Widen the filters.</Empty>
              ) : (
                <Empty title="No call has come yet.">Send a test alert above, or paste the address into a sender.</Empty>
              )
            }
          />
        )}
      </Loaded>
      <NextPage query={calls} what="calls" />
      {opened !== null && <CallDialog call={opened} onClose={() => setOpened(null)} />}
    </Panel>
  );
}

function CallDialog({ call, onClose }: { call: Call; onClose: () => void }) {
  const detail = $api.useQuery("get", "/webhook-events/{event_id}", { params: { path: { event_id: call.event_id } } });
  return (
    <Dialog title={`A call: ${words(call.status)}`} onClose={onClose}>
      {call.error_message !== null && <p className="notice is-bad">{call.error_message}</p>}
      <Pairs>
        <dt>Arrived</dt>
        <dd>
          <When at={call.created_at} form="full" />
        </dd>
        <dt>Answered</dt>
        <dd>
          <Quantity value={call.processing_time_ms} /> ms later
        </dd>
        <dt>Request</dt>
        <dd className="mono">{call.request_id ?? "–"}</dd>
      </Pairs>
      {call.signal_id !== null && <Link href={`/decisions/${call.signal_id}`}>What came of it, gate by gate</Link>}
      <h3>What was sent, without its secrets</h3>
      <Loaded query={detail} what="what was sent">
        {({ raw_payload }) =>
          raw_payload === null || raw_payload === undefined ? (
            <p className="muted">It was not kept: a call that proves no sender is not.</p>
          ) : (
            <pre className="pasted" role="region" aria-label="What was sent">
              {JSON.stringify(raw_payload, null, 2)}
            </pre>
          )
        }
      </Loaded>
    </Dialog>
  );
}
