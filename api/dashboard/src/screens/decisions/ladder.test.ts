import { describe, expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import { amount, countsOf, ladderOf, rungOf, valueOf } from "./ladder";
import { tallyOf, votesOf } from "./votes";
import { inputText, placeOnTopic } from "./words";

type Gate = Schemas["GateWeighed"];

function gate(name: string, more: Partial<Gate> = {}): Gate {
  return {
    gate: name,
    verdict: "pass",
    engine: null,
    code: null,
    inputs: {},
    limit: null,
    value: null,
    comparison: null,
    bound: null,
    margin: null,
    unit: null,
    says: `${name.replaceAll("_", " ")}: pass`,
    ...more,
  };
}

const LOW: Partial<Gate> = { value: 47, comparison: "at least", bound: 50, margin: -3, unit: "points", verdict: "block" };

describe("the ladder", () => {
  it("has three parts, each engine's own gates beside the other's, and what was not reached at its place", () => {
    const found = ladderOf({
      gates: [
        gate("market_session"),
        gate("mtf_bias", { engine: "A" }),
        gate("entry_tier_1", { engine: "A", verdict: "block" }),
        gate("execution_policy"),
      ],
      shadow_gates: [gate("meta_decision", { engine: "B", ...LOW })],
      unreached: [
        { gate: "strike_selection", engine: "A" },
        { gate: "gamma_override", engine: "B" },
        { gate: "kill_switch", engine: null },
      ],
      engines: [],
    });
    const names = (rungs: { gate: string }[]) => rungs.map(({ gate: name }) => name);
    expect(names(found.before)).toEqual(["market_session"]);
    expect(found.engines.map(({ engine, rungs }) => [engine, names(rungs)])).toEqual([
      ["A", ["mtf_bias", "entry_tier_1", "strike_selection"]],
      ["B", ["meta_decision", "gamma_override"]],
    ]);
    expect(names(found.account)).toEqual(["execution_policy", "kill_switch"]);
    expect(countsOf(found.engines[0]?.rungs ?? [])).toEqual({ passed: 1, refused: 1, "not reached": 1 });
  });

  it("gives an account's gates of each engine that trades to the account", () => {
    const gates = [gate("mtf_bias", { engine: "A" }), gate("execution_policy"), gate("quantity", { engine: "A" })];
    const found = ladderOf({ gates, shadow_gates: [], unreached: [], engines: [] });
    expect(found.account.map(({ gate: name }) => name)).toEqual(["execution_policy", "quantity"]);
  });

  it("says by how much a gate refused, or what there was to spare", () => {
    const refused = rungOf(gate("confluence", LOW));
    expect([refused.outcome, refused.says, refused.margin]).toEqual(["refused", "47, needed at least 50", "3 short"]);
    const dear = { value: 11675, comparison: "at most", bound: 10000, margin: -1675, unit: "dollars" } as const;
    expect(rungOf(gate("total_exposure", dear)).margin).toBe("$1,675 too much");
    expect(rungOf(gate("quantity", { value: 1, comparison: "at least", bound: 1, margin: 0, unit: "contracts" })).margin).toBe(
      "just enough",
    );
    expect(rungOf(gate("bias_suppression", { says: "bias suppression: the bias state suppresses trades" })).says).toBe(
      "the bias state suppresses trades",
    );
    expect(rungOf(gate("market_data")).says).toBe("");
  });

  it("writes values as one says them", () => {
    expect([amount(1, "contracts"), amount(2, "contracts"), amount(11.31, "percent"), amount(23.3, "points")]).toEqual([
      "1 contract",
      "2 contracts",
      "11.31 %",
      "23.3",
    ]);
    expect(["None", "True", "75.0000", "3700", "0.50"].map(valueOf)).toEqual(["none", "yes", "75", "3700", "0.5"]);
    expect(inputText("2021-01-04 17:15:20+00:00")).toBe("2021-01-04 12:15:20 EST");
    expect(placeOnTopic("price-ticks.v1-11")).toEqual({ topic: "price-ticks.v1", partition: "11" });
    expect(placeOnTopic("price-ticks.v1")).toEqual({ topic: "price-ticks.v1", partition: "–" });
  });
});

describe("the agents' vote", () => {
  it("shares out the final confidence: 55 bearish of 75, 90 and a neutral 50 at one weight", () => {
    const said = (bias: string, confidence: number, weight: number | null): Schemas["AgentSaid"] => ({
      engine: "B",
      agent_name: "context",
      agent_type: "core",
      bias,
      confidence,
      weight,
      reasons: [],
      block: false,
      metadata: {},
    });
    const votes = votesOf([said("bearish", 75, 35), said("bearish", 90, 35), said("neutral", 50, 35), said("bearish", 55, null)]);
    expect(votes.map(({ points }) => points)).toEqual([25, 30, 50 / 3, null]);
    expect(tallyOf(votes)).toEqual([
      { bias: "bearish", points: 55 },
      { bias: "neutral", points: 50 / 3 },
    ]);
  });
});
