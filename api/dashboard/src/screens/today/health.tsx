import "@/screens/today/today.css";
import { Link } from "wouter";
import { $api, type Schemas } from "@/api/client";
import { Badge, Loaded } from "@/ui";
import { duration, words } from "@/ui/format";

const AGAIN_MS = 15_000;

type Monitoring = Schemas["Monitoring"];

export function Health() {
  const monitoring = $api.useQuery("get", "/monitoring", {}, { refetchInterval: AGAIN_MS });
  return (
    <Loaded query={monitoring} what="the state of the line">
      {(found) => (
        <div className="stack">
          <Line name="Platform" isGood={found.is_ready} detail={found.detail} />
          <Line
            name="Prices"
            isGood={!found.feed.is_stale}
            detail={`${words(found.feed.session)} session, last ${ago(found.feed.age_s)}`}
          />
          {Object.entries(found.checks).map(([name, check]) => (
            <Line key={name} name={words(name)} isGood={check.ok} detail={check.detail} />
          ))}
          {found.workers.map((worker) => (
            <Line key={worker.name} name={worker.name} isGood={isCurrent(worker)} detail={progressOf(worker)} />
          ))}
          <Line name="Webhooks" isGood={found.intake.spooled === 0} detail={intakeOf(found)} />
          <Line name="Dead letters" isGood={openLetters(found) === 0} detail={`${openLetters(found)} open`} />
          <Link href="/system">The whole line</Link>
        </div>
      )}
    </Loaded>
  );
}

function Line({ name, isGood, detail }: { name: string; isGood: boolean; detail: string }) {
  return (
    <div className="health">
      <span>{name}</span>
      <span className="muted">{detail}</span>
      <Badge tone={isGood ? "good" : "bad"}>{isGood ? "good" : "look"}</Badge>
    </div>
  );
}

function ago(seconds: number | null): string {
  return seconds === null ? "never" : `${duration(seconds)} ago`;
}

const BEHIND_MAX = 1_000;

function isCurrent({ behind, recovering }: Monitoring["workers"][number]): boolean {
  return behind < BEHIND_MAX && (recovering ?? 0) === 0;
}

function progressOf({ behind, recovering }: Monitoring["workers"][number]): string {
  if (recovering === null) return "has not said how far it is";
  return recovering > 0 ? `reads its tables, ${recovering} records to go` : `${behind} messages behind`;
}

function intakeOf({ intake, webhooks_last_hour }: Monitoring): string {
  const calls = Object.values(webhooks_last_hour).reduce((sum, count) => sum + count, 0);
  const spooled = intake.spooled > 0 ? `, ${intake.spooled} wait for Kafka` : "";
  return `${calls} calls in ${duration(3_600)}${spooled}`;
}

function openLetters({ dead_letters_open }: Monitoring): number {
  return Object.values(dead_letters_open).reduce((sum, count) => sum + count, 0);
}
