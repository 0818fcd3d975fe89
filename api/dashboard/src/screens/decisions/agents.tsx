import type { Schemas } from "@/api/client";
import { Badge, Empty, Panel } from "@/ui";
import { quantity, words } from "@/ui/format";
import { tallyOf, votesOf, type Vote } from "./votes";

const ARROWS: Record<string, string> = { bullish: "▲", bearish: "▼", neutral: "■" };

/** What each agent said: how sure it was, what its word weighed, and its reasons. */
export function Agents({ agents, className }: { agents: readonly Schemas["AgentSaid"][]; className: string }) {
  const votes = votesOf(agents);
  const tally = tallyOf(votes);
  return (
    <Panel title="What the agents said" className={className}>
      {agents.length === 0 ? (
        <Empty title="No agent was asked.">Something before the engines had stopped the signal.</Empty>
      ) : (
        <div className="stack">
          <ul className="votes">
            {votes.map((vote) => (
              <Word key={`${vote.said.engine} ${vote.said.agent_name}`} vote={vote} />
            ))}
          </ul>
          {tally.length > 0 && (
            <p className="muted">
              Engine B counts weight × confidence over all weights:{" "}
              {tally.map(({ bias, points }) => `${bias} ${quantity(points, { digits: 1 })}`).join(", ")}.
            </p>
          )}
        </div>
      )}
    </Panel>
  );
}

function Word({ vote: { said, points } }: { vote: Vote }) {
  const facts = Object.entries(said.metadata as Record<string, unknown>);
  return (
    <li className="vote">
      <div className="vote-head">
        <strong>{words(said.agent_name)}</strong>
        <span className="muted">
          {said.engine === null ? "" : `engine ${said.engine} · `}
          {said.agent_type}
          {said.weight !== null && ` · weight ${said.weight}`}
        </span>
        {said.block && <Badge tone="bad">vetoes</Badge>}
      </div>
      <div
        className={`vote-bar is-${said.bias}`}
        role="meter"
        aria-label={`${words(said.agent_name)}: confidence`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={said.confidence}
        aria-valuetext={`${said.bias}, ${said.confidence} of 100`}
      >
        <div style={{ width: `${said.confidence}%` }} />
      </div>
      <span className="nowrap vote-figure">
        <span aria-hidden="true">{ARROWS[said.bias] ?? "■"} </span>
        {said.bias} {said.confidence}
        {points !== null && <span className="muted"> · adds {quantity(points, { digits: 1 })}</span>}
      </span>
      <p className="vote-reasons">
        {said.reasons.map(words).join(", ") || "no reasons given"}
        {facts.length > 0 && (
          <span className="muted">
            {" · "}
            {facts.map(([name, value]) => `${words(name)} ${String(value)}`).join(" · ")}
          </span>
        )}
      </p>
    </li>
  );
}
