import { useState } from "react";
import { $api, api, type Schemas } from "@/api/client";
import { failureOf } from "@/screens/controls/tagged";
import { LetterDialog } from "@/screens/system/letter-dialog";
import { readLettersAgain } from "@/screens/system/letters-again";
import { Badge, Button, Choice, DataTable, Empty, Loaded, Panel, say, sayFailed, useConfirmed, useMay, When, type Column } from "@/ui";
import { NextPage } from "@/ui/next-page";
import { PAGED, rowsOf } from "@/ui/paging";

type Letter = Schemas["DeadLetterRow"];
type Status = Letter["status"];
type Redriving = Schemas["Redriving"];

const STATUSES = [
  { name: "open", title: "open" },
  { name: "redriven", title: "sent again" },
  { name: "discarded", title: "discarded" },
] as const;

const COLUMNS: readonly Column<Letter>[] = [
  { id: "at", head: "time (New York)", cell: (row) => <When at={row.created_at} /> },
  { id: "reader", head: "reader", cell: (row) => row.reader, sort: (row) => row.reader },
  { id: "topic", head: "topic", cell: (row) => row.topic, sort: (row) => row.topic },
  { id: "offset", head: "partition, offset", cell: (row) => `${row.partition}, ${row.offset}`, isEnd: true },
  { id: "reason", head: "reason", cell: (row) => <Badge tone="warning">{row.reason}</Badge>, sort: (row) => row.reason },
  { id: "attempts", head: "sent again", cell: (row) => row.attempts, sort: (row) => row.attempts, isEnd: true },
  { id: "error", head: "error", cell: (row) => row.error, isWide: true },
];

/** Messages that a reader could not process: look inside, send them again, or put them away. */
export function LettersTab() {
  const mayNot = useMay("administer");
  if (mayNot !== null) return <Empty title="Dead letters are not shown to you.">{mayNot}</Empty>;
  return <Letters />;
}

function Letters() {
  const [status, setStatus] = useState<Status>("open");
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<string | null>(null);
  const [dealt, setDealt] = useState<ReadonlySet<string>>(new Set());
  const [outcome, setOutcome] = useState<Schemas["DealtList"] | null>(null);
  const confirmed = useConfirmed();
  const letters = $api.useInfiniteQuery("get", "/dead-letters", { params: { query: { status, limit: 50 } } }, PAGED);

  async function redrive(which: Redriving, how: string): Promise<void> {
    const isSure = await confirmed({
      title: `Send ${how} again?`,
      consequences: [
        "Each goes to the reader that failed on it, and to no other; what it has done already it does not do twice.",
        "While the cause is still there it fails again, and comes back as a new letter.",
      ],
      action: `Send ${how} again`,
    });
    if (!isSure) return;
    const { data, error } = await api.POST("/dead-letters/redrive", { body: which });
    if (data === undefined) throw failureOf(error);
    setOutcome(data);
    setMarked(new Set());
    const sent = data.items.filter((item) => item.status === "redriven");
    say(`${sent.length} of ${data.items.length} were sent again.`);
    putAway(sent.map((item) => item.dead_letter_id));
  }

  /** Those that were dealt with are open no more, though the list does not know it yet. */
  function putAway(ids: readonly string[]): void {
    setDealt((before) => new Set([...before, ...ids]));
    setMarked((before) => new Set([...before].filter((id) => !ids.includes(id))));
    readLettersAgain();
  }

  function mark(id: string, is: boolean): void {
    const next = new Set(marked);
    if (is) next.add(id);
    else next.delete(id);
    setMarked(next);
  }

  const count = marked.size;
  const marking: Column<Letter> = {
    id: "mark",
    head: "choose",
    cell: (row) => (
      <input
        type="checkbox"
        className="mark"
        aria-label={`Choose the letter of ${row.topic}, partition ${row.partition}, offset ${row.offset}`}
        checked={marked.has(row.dead_letter_id)}
        onChange={(event) => mark(row.dead_letter_id, event.target.checked)}
      />
    ),
  };
  return (
    <Panel
      title="Dead letters"
      isFlush
      actions={
        <>
          <Choice label="Status" options={STATUSES} chosen={status} onChoose={setStatus} />
          <Button
            disabledReason={count === 0 ? "Choose letters first." : null}
            onClick={() => void redrive({ ids: [...marked], all: false }, `${count} chosen`).catch(sayFailed)}
          >
            Send chosen again{count > 0 && ` (${count})`}
          </Button>
          <Button onClick={() => void redrive({ all: true }, "all open").catch(sayFailed)}>Send all open again</Button>
        </>
      }
    >
      {outcome !== null && <Outcome outcome={outcome} onClose={() => setOutcome(null)} />}
      <Loaded query={letters} what="dead letters">
        {(data) => (
          <DataTable
            caption={`Dead letters, ${status}, newest first`}
            columns={status === "open" ? [...COLUMNS, marking] : COLUMNS}
            rows={rowsOf(data, (row) => row.dead_letter_id).filter((row) => row.status !== "open" || !dealt.has(row.dead_letter_id))}
            rowKey={(row) => row.dead_letter_id}
            onOpen={(row) => setOpened(row.dead_letter_id)}
            narrow="cards"
            maxHeight="560px"
            empty={
              status === "open" ? (
                <Empty title="No letter is open: every message was processed." />
              ) : (
                <Empty title={status === "redriven" ? "None was sent again." : "None was discarded."} />
              )
            }
          />
        )}
      </Loaded>
      <NextPage query={letters} what="letters" />
      {opened !== null && <LetterDialog id={opened} onDealt={(id) => putAway([id])} onClose={() => setOpened(null)} />}
    </Panel>
  );
}

function Outcome({ outcome: { items, left }, onClose }: { outcome: Schemas["DealtList"]; onClose: () => void }) {
  const refused = items.filter((item) => item.status === "refused");
  return (
    <div className="notice letters-outcome" role="status">
      <p>
        {items.length - refused.length} sent again, {refused.length} refused
        {left !== undefined && left > 0 && `; ${left} more match and wait: send again to go on`}.
      </p>
      {refused.map(({ dead_letter_id, why }) => (
        <p key={dead_letter_id}>
          <span className="mono">{dead_letter_id}</span>: {why}
        </p>
      ))}
      <Button onClick={onClose}>Understood</Button>
    </div>
  );
}
