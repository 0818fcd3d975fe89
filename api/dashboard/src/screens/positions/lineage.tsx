import { Link } from "wouter";
import { $api, type Schemas } from "@/api/client";
import { Empty, Panel, When } from "@/ui";
import type { PositionChart } from "./chart-lines";
import { sinceFirst, stepsOf } from "./steps";

interface LineageProps {
  position: Schemas["PositionDetail"];
  chart: PositionChart | undefined;
}

/** The call that was made a signal comes at most so long before it. */
const CALLED_MS = 60_000;

/** From the alert to the exit, each step with its time. */
export function Lineage({ position, chart }: LineageProps) {
  const isByHand = position.engine === "manual";
  const signal = $api.useQuery(
    "get",
    "/signals/{signal_id}",
    { params: { path: { signal_id: position.signal_id } } },
    { enabled: !isByHand },
  );
  const why = $api.useQuery(
    "get",
    "/signals/{signal_id}/why",
    { params: { path: { signal_id: position.signal_id } } },
    { enabled: !isByHand },
  );
  const request = $api.useQuery(
    "get",
    "/order-requests/{request_id}",
    { params: { path: { request_id: position.signal_id } } },
    { enabled: isByHand },
  );
  const came = signal.data?.signal ?? null;
  const at = came === null ? 0 : Date.parse(came.created_at);
  const calls = $api.useQuery(
    "get",
    "/webhook-events",
    {
      params: {
        query: {
          symbol: position.symbol,
          since: new Date(at - CALLED_MS).toISOString(),
          until: new Date(at + CALLED_MS).toISOString(),
          limit: 200,
        },
      },
    },
    { enabled: came !== null },
  );
  const steps = stepsOf({
    position,
    call: calls.data?.items.find(({ signal_id, status }) => signal_id === position.signal_id && status === "accepted") ?? null,
    signal: came,
    request: request.data ?? null,
    decision: chart?.markers.find(({ kind }) => kind === "decision") ?? null,
    summary: why.data?.summary ?? null,
  });
  return (
    <Panel title="From the alert to the exit">
      {steps.length === 0 ? (
        <Empty title="Nothing is in the history yet.">It is written within a moment.</Empty>
      ) : (
        <ol className="lineage">
          {steps.map((step, number) => (
            <li key={step.key} className={`lineage-${step.kind}`}>
              <div className="row">
                <strong>{step.title}</strong>
                {step.to !== null && <Link href={step.to}>{step.kind === "decision" ? "Why" : "Webhooks"}</Link>}
              </div>
              <div className="lineage-time">
                <When at={step.at} form="full" /> <span className="muted">{sinceFirst(steps, number)}</span>
              </div>
              {step.note !== "" && <div className="muted">{step.note}</div>}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
