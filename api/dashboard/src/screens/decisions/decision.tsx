import { Link } from "wouter";
import { $api, type Schemas } from "@/api/client";
import type { paths } from "@/api/schema";
import { type Happening } from "@/live";
import { useReadAgain } from "@/live/read-again";
import { Badge, Empty, Loaded, Page, Pairs, Panel, When } from "@/ui";
import { problemOf } from "@/api/problem";
import { words } from "@/ui/format";
import { Agents } from "./agents";
import { Engines } from "./engines";
import { Followed } from "./followed";
import { countsOf, ladderOf, type Rung } from "./ladder";
import { MadeOf } from "./made-of";
import { Rungs } from "./rungs";

const LATER: readonly Happening["kind"][] = ["order", "fill", "exit"];
const OLD: readonly (keyof paths)[] = ["/signals/{signal_id}", "/experiments/{experiment_id}"];
const STATUS = { pending: "warning", approved: "good", rejected: "bad" } as const;

/** Why a signal was traded or not: the gates as a ladder, the engines, the agents, what followed, what it was made of. */
export function Decision({ signalId }: { signalId: string }) {
  const params = { path: { signal_id: signalId } };
  const why = $api.useQuery("get", "/signals/{signal_id}/why", { params });
  const lineage = $api.useQuery("get", "/signals/{signal_id}", { params });
  useReadAgain(LATER, OLD);
  const signal = lineage.data?.signal;
  const title =
    signal === undefined ? "Why" : `${signal.symbol} ${signal.direction} on ${signal.timeframe}, and why`;
  return (
    <Page title={title} actions={<Link href="/decisions">All signals</Link>}>
      {problemOf(why.error ?? lineage.error).status === 404 ? (
        <Empty title="There is no such signal.">
          Its id may be another account's, or mistyped. <Link href="/decisions">All signals</Link>
        </Empty>
      ) : (
        <Loaded query={why} what="the decision">
          {(found) => (
            <Loaded query={lineage} what="the signal">
              {(told) => <Told why={found} lineage={told} />}
            </Loaded>
          )}
        </Loaded>
      )}
    </Page>
  );
}

function Told({ why, lineage }: { why: Schemas["Why"]; lineage: Schemas["Lineage"] }) {
  const { before, engines, account } = ladderOf(why);
  const followed = <Followed lineage={lineage} experimentId={why.related.experiment_id} />;
  return (
    <>
      <InShort why={why} signal={lineage.signal} />
      {why.status === "pending" ? (
        <>
          <Empty title="It is not decided yet.">{waitingOf(lineage.signal)}</Empty>
          {followed}
        </>
      ) : (
        <div className="columns">
          <Stage title="1 · Before the engines" rungs={before} className="half" />
          <Agents agents={why.agents} className="half" />
          <Engines lanes={engines} engines={why.engines} contextHash={why.inputs.context_hash} />
          <Stage title="3 · Policy and account" rungs={account} className="half" />
          <div className="half">{followed}</div>
        </div>
      )}
      <MadeOf why={why} lineage={lineage} />
    </>
  );
}

function waitingOf(signal: Schemas["SignalDetail"]): string {
  if (signal.queue_reason === null) return "Decisions take less than a second: if it stays so, look at the screen System.";
  return `It waits: ${words(signal.queue_reason)}.`;
}

function InShort({ why, signal }: { why: Schemas["Why"]; signal: Schemas["SignalDetail"] }) {
  return (
    <Panel title="In a sentence" actions={<Badge tone={STATUS[why.status]}>{why.status}</Badge>}>
      <div className="stack">
        <p className="summary">{why.summary}</p>
        <Pairs>
          <dt>fired</dt>
          <dd>
            <When at={signal.timestamp} form="full" />
          </dd>
          <dt>taken in</dt>
          <dd>
            <When at={signal.created_at} form="full" />
            {signal.is_test && " · a test"}
          </dd>
          <dt>confidence</dt>
          <dd>{signal.confidence ?? "the alert gave none"}</dd>
          {signal.queued_until !== null && (
            <>
              <dt>waited until</dt>
              <dd>
                <When at={signal.queued_until} form="full" /> · {words(signal.queue_reason)}
              </dd>
            </>
          )}
        </Pairs>
      </div>
    </Panel>
  );
}

function Stage({ title, rungs, className }: { title: string; rungs: readonly Rung[]; className: string }) {
  const counts = Object.entries(countsOf(rungs)).map(([outcome, count]) => `${count} ${outcome}`);
  return (
    <Panel title={title} className={className} actions={<span className="muted">{counts.join(", ")}</span>} isFlush>
      {rungs.length === 0 ? <Empty title="No gate was asked here." /> : <Rungs label={title} rungs={rungs} />}
    </Panel>
  );
}
