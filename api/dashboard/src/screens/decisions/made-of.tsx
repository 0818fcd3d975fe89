import type { Schemas } from "@/api/client";
import { Empty, Pairs, Panel, When, type Column } from "@/ui";
import { Captioned } from "./captioned";
import { placeOnTopic } from "./words";

interface Read {
  topic: string;
  partition: string;
  offset: number;
}

const PLACE: readonly Column<{ topic: string; partition: string | number }>[] = [
  { id: "topic", head: "topic", cell: (row) => row.topic },
  { id: "partition", head: "partition", cell: (row) => row.partition, isEnd: true },
];

const READ: readonly Column<Read>[] = [
  ...PLACE,
  { id: "offset", head: "newest offset read", cell: (row) => row.offset, isEnd: true },
];

const MESSAGES: readonly Column<Schemas["LoggedAt"]>[] = [
  { id: "kind", head: "message", cell: (row) => row.kind },
  ...PLACE,
  { id: "offset", head: "offset", cell: (row) => row.offset, isEnd: true },
  { id: "at", head: "time", cell: (row) => <When at={row.occurred_at} /> },
  { id: "known", head: "on Kafka since", cell: (row) => <When at={row.known_at} /> },
];

interface MadeOfProps {
  why: Schemas["Why"];
  lineage: Schemas["Lineage"];
}

/** What the decision was made of, to the offset: with it anybody can make it again. */
export function MadeOf({ why: { inputs, messages }, lineage: { signal, enrichment } }: MadeOfProps) {
  const read = Object.entries(inputs.read_positions)
    .map(([name, offset]) => ({ ...placeOnTopic(name), offset }))
    .sort((a, b) => a.topic.localeCompare(b.topic));
  return (
    <Panel title="What it was made of" className="captioned">
      <div className="stack">
        <Pairs>
          <dt>context hash</dt>
          <dd>
            <code className="hash">{inputs.context_hash ?? "none was made"}</code>
          </dd>
          <dt>judged at</dt>
          <dd>
            <When at={inputs.enriched_at} form="full" />
          </dd>
        </Pairs>
        <Captioned
          caption="What had been read when it was judged"
          columns={READ}
          rows={read}
          rowKey={(row) => `${row.topic} ${row.partition}`}
          empty={<Empty title="Nothing had been read." />}
        />
        <Captioned
          caption="Its messages on Kafka"
          columns={MESSAGES}
          rows={messages}
          rowKey={(row) => row.event_id}
          empty={<Empty title="The log has no message of it yet." />}
        />
        <Json title="The alert as it was sent" value={signal.raw_payload} />
        {enrichment !== null && <Json title="The context, whole" value={enrichment.enriched_data} />}
      </div>
    </Panel>
  );
}

function Json({ title, value }: { title: string; value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <details>
      <summary>{title}</summary>
      {/* it scrolls: the keyboard has to reach it */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="json" tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </details>
  );
}
