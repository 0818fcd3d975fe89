/** What each agent's word came to in engine B's vote. Pure. */
import type { Schemas } from "@/api/client";

type AgentSaid = Schemas["AgentSaid"];

export interface Vote {
  said: AgentSaid;
  /** points of the final confidence that stand behind its bias through it; null: it has no vote */
  points: number | null;
}

export interface Tally {
  bias: string;
  points: number;
}

/** A bias's score is the sum of weight x confidence over the sum of all weights: what each agent adds to it. */
export function votesOf(agents: readonly AgentSaid[]): Vote[] {
  const weights = agents.reduce((sum, { weight }) => sum + (weight ?? 0), 0);
  return agents.map((said) => ({
    said,
    points: said.weight === null || weights === 0 ? null : (said.weight * said.confidence) / weights,
  }));
}

/** Return the points behind each bias, the most first. */
export function tallyOf(votes: readonly Vote[]): Tally[] {
  const found = new Map<string, number>();
  for (const { said, points } of votes) {
    if (points !== null) found.set(said.bias, (found.get(said.bias) ?? 0) + points);
  }
  return [...found].map(([bias, points]) => ({ bias, points })).sort((a, b) => b.points - a.points);
}
