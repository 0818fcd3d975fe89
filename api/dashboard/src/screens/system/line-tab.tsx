import { $api, type Schemas } from "@/api/client";
import { guardsOf, paceOf, totalsOf, watermarksOf, type Guard, type Watermark } from "@/screens/system/line";
import { Badge, DataTable, Empty, Loaded, Panel, Quantity, Stat, Stats, When, type Column } from "@/ui";
import { duration, quantity, words } from "@/ui/format";

const AGAIN_MS = 5_000;

type Monitoring = Schemas["Monitoring"];
type Group = Monitoring["groups"][number];
type Topic = Monitoring["topics"][number];

const GROUPS: readonly Column<Group>[] = [
  { id: "topic", head: "topic", cell: (row) => row.topic, sort: (row) => row.topic },
  {
    id: "pace",
    head: "pace",
    cell: (row) => <Badge tone={PACES[paceOf(row)]}>{paceOf(row)}</Badge>,
    sort: (row) => paceOf(row),
  },
  { id: "behind", head: "behind", cell: (row) => <Quantity value={row.behind} />, sort: (row) => row.behind, isEnd: true },
  { id: "group", head: "group", cell: (row) => row.group, sort: (row) => row.group },
  {
    id: "age",
    head: "commit age",
    cell: (row) => duration(row.commit_age_s),
    sort: (row) => row.commit_age_s,
    isEnd: true,
    hint: "how long its commit has stood still: the longest of its partitions with lag",
  },
];

const PACES = { "keeps up": "good", behind: "warning", stuck: "bad" } as const;

const TOPICS: readonly Column<Topic>[] = [
  { id: "topic", head: "topic", cell: (row) => row.topic, sort: (row) => row.topic },
  {
    id: "per_s",
    head: "per second",
    cell: (row) => <Quantity value={row.per_s} digits={1} />,
    sort: (row) => row.per_s ?? null,
    isEnd: true,
  },
  { id: "messages", head: "messages", cell: (row) => <Quantity value={row.messages} />, sort: (row) => row.messages, isEnd: true },
  { id: "at", head: "last one", cell: (row) => <When at={row.written_at} />, sort: (row) => row.written_at },
  { id: "age", head: "ago", cell: (row) => duration(row.age_s), sort: (row) => row.age_s, isEnd: true },
];

const WATERMARKS: readonly Column<Watermark>[] = [
  { id: "table", head: "table", cell: (row) => row.table, sort: (row) => row.table },
  { id: "worker", head: "worker", cell: (row) => row.worker, sort: (row) => row.worker },
  { id: "records", head: "records", cell: (row) => <Quantity value={row.records} />, sort: (row) => row.records, isEnd: true },
  { id: "at", head: "watermark", cell: (row) => <When at={row.at} />, sort: (row) => row.at },
];

const GUARDS: readonly Column<Guard>[] = [
  { id: "name", head: "guard", cell: (row) => row.name, sort: (row) => row.name },
  { id: "state", head: "state", cell: (row) => <Badge tone={row.isGood ? "good" : "bad"}>{row.state}</Badge> },
  { id: "process", head: "process", cell: (row) => row.process, sort: (row) => row.process },
];

/** How each part of the line stands. */
export function LineTab() {
  const monitoring = $api.useQuery("get", "/monitoring", {}, { refetchInterval: AGAIN_MS });
  return (
    <Loaded query={monitoring} what="the state of the line">
      {(found) => (
        <div className="page">
          <Figures monitoring={found} />
          <div className="columns line">
            <div className="half beside">
              <Panel title="Lag, by group and topic" isFlush>
                <DataTable
                  caption="Lag, by group and topic"
                  columns={GROUPS}
                  rows={found.groups}
                  rowKey={(row) => `${row.group} ${row.topic}`}
                  sortedBy={{ id: "behind", desc: true }}
                  maxHeight="380px"
                  empty={<Empty title="Kafka does not answer: nothing is known of who is behind." />}
                />
              </Panel>
              <Panel title="Health">
                <Health monitoring={found} />
              </Panel>
            </div>
            <div className="half beside">
              <Panel title="Topics: throughput and last event" isFlush>
                <DataTable
                  caption="Topics"
                  columns={TOPICS}
                  rows={found.topics}
                  rowKey={(row) => row.topic}
                  sortedBy={{ id: "per_s", desc: true }}
                  maxHeight="380px"
                  empty={<Empty title="There are no topics." />}
                />
              </Panel>
              <Panel title="Breakers and limiters" isFlush>
                <DataTable
                  caption="Breakers and limiters"
                  columns={GUARDS}
                  rows={guardsOf(found)}
                  rowKey={(row) => `${row.process} ${row.name}`}
                  empty={<Empty title="No process that asks a provider or broker is watched." />}
                />
              </Panel>
              <Panel title="Watermarks of tables" isFlush>
                <DataTable
                  caption="Watermarks"
                  columns={WATERMARKS}
                  rows={watermarksOf(found.workers)}
                  rowKey={(row) => `${row.worker} ${row.table}`}
                  narrow="cards"
                  maxHeight="380px"
                  empty={<Empty title="No worker has told of its tables yet." />}
                />
              </Panel>
            </div>
          </div>
        </div>
      )}
    </Loaded>
  );
}

function Figures({ monitoring }: { monitoring: Monitoring }) {
  const { behind, stuck, perS, letters, calls, refused } = totalsOf(monitoring);
  return (
    <Stats label="The line">
      <Stat label="Platform" note={monitoring.detail}>
        {monitoring.is_ready ? "ready" : "not ready"}
      </Stat>
      <Stat label="Behind, over all groups" note={stuck === 0 ? "none stands still" : `${stuck} stand still`}>
        {quantity(behind)}
      </Stat>
      <Stat label="Messages a second" note="over all topics">
        {quantity(perS, { digits: 1 })}
      </Stat>
      <Stat label="Last price" note={`${words(monitoring.feed.session)} session`}>
        {monitoring.feed.age_s === null ? "never" : `${duration(monitoring.feed.age_s)} ago`}
      </Stat>
      <Stat label="Webhook calls in an hour" note={`${refused} refused`}>
        {quantity(calls)}
      </Stat>
      <Stat label="Dead letters" note="open">
        {quantity(letters)}
      </Stat>
    </Stats>
  );
}

function Health({ monitoring }: { monitoring: Monitoring }) {
  const { checks, workers, feed, intake, live_view, markets, at } = monitoring;
  return (
    <div className="stack">
      <HealthLine name="prices" isGood={!feed.is_stale} says={`${words(feed.session)} session, last ${feed.age_s === null ? "never" : `${duration(feed.age_s)} ago`}`} />
      <HealthLine name="live view" isGood={live_view === "current"} says={live_view} />
      <HealthLine name="markets" isGood={markets === "current"} says={markets} />
      <HealthLine
        name="intake"
        isGood={intake.kafka_answers && intake.spooled === 0}
        says={intake.spooled === 0 ? "nothing waits for Kafka" : `${intake.spooled} events wait for Kafka`}
      />
      {Object.entries(checks).map(([name, { ok, detail }]) => (
        <HealthLine key={name} name={words(name)} isGood={ok} says={detail} />
      ))}
      {workers.map(({ name, behind, recovering }) => (
        <HealthLine
          key={name}
          name={name}
          isGood={recovering === 0}
          says={recovering === null ? "has not said how far it is" : `${behind} behind, ${recovering} records to recover`}
        />
      ))}
      <p className="muted">
        The platform&apos;s time: <When at={at} form="full" />
      </p>
    </div>
  );
}

function HealthLine({ name, isGood, says }: { name: string; isGood: boolean; says: string }) {
  return (
    <div className="system-health">
      <span>{name}</span>
      <span className="muted">{says}</span>
      <Badge tone={isGood ? "good" : "bad"}>{isGood ? "good" : "look"}</Badge>
    </div>
  );
}
