/** The gates of a decision as a ladder: before the engines, each engine's own, then the account's. Pure. */
import type { Schemas } from "@/api/client";
import { money, percent, quantity, words } from "@/ui/format";

type Why = Schemas["Why"];
type Gate = Schemas["GateWeighed"];

export type Outcome = "passed" | "reduced" | "refused" | "not reached";

export interface Rung {
  gate: string;
  outcome: Outcome;
  /** what it saw against what it needed, in words; empty where there is nothing to say */
  says: string;
  /** how far it was from its bound: `3 short`, `25 to spare`; null where it holds no number */
  margin: string | null;
  /** share of the bound that was reached, 0 to 1, for a bar; null where that says nothing */
  share: number | null;
  limit: string | null;
  inputs: readonly (readonly [string, string])[];
  code: string | null;
}

export interface Ladder {
  before: Rung[];
  engines: Lane[];
  account: Rung[];
}

export interface Lane {
  engine: string;
  rungs: Rung[];
}

const POLICY = "execution_policy";
const OUTCOMES = { pass: "passed", reduce: "reduced", block: "refused" } as const;

export function ladderOf({ gates, shadow_gates, unreached, engines }: Pick<Why, "gates" | "shadow_gates" | "unreached" | "engines">): Ladder {
  const policy = gates.findIndex(({ gate }) => gate === POLICY);
  const market = policy === -1 ? gates : gates.slice(0, policy);
  const names = new Set([...engines.map(({ engine }) => engine), ...unreached.flatMap(({ engine }) => engine ?? [])]);
  const lane = (engine: string): Lane => ({
    engine,
    rungs: [
      ...[...market, ...shadow_gates].filter((gate) => gate.engine === engine).map(rungOf),
      ...unreached.filter((gate) => gate.engine === engine).map(({ gate }) => unreachedRung(gate)),
    ],
  });
  return {
    before: market.filter(({ engine }) => engine === null).map(rungOf),
    engines: [...names].sort().map(lane).filter(({ rungs }) => rungs.length > 0),
    account: [
      ...(policy === -1 ? [] : gates.slice(policy).map(rungOf)),
      ...unreached.filter(({ engine }) => engine === null).map(({ gate }) => unreachedRung(gate)),
    ],
  };
}

/** Return how many rungs ended how. */
export function countsOf(rungs: readonly Rung[]): Partial<Record<Outcome, number>> {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { outcome } of rungs) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

export function rungOf(gate: Gate): Rung {
  return {
    gate: gate.gate,
    outcome: OUTCOMES[gate.verdict],
    says: saysOf(gate),
    margin: marginOf(gate),
    share: shareOf(gate),
    limit: gate.limit,
    inputs: Object.entries(gate.inputs).map(([name, value]) => [words(name), valueOf(value)] as const),
    code: gate.code,
  };
}

function unreachedRung(gate: string): Rung {
  return { gate, outcome: "not reached", says: "", margin: null, share: null, limit: null, inputs: [], code: null };
}

function saysOf({ gate, verdict, says, value, comparison, bound, unit }: Gate): string {
  if (value !== null && bound !== null && comparison !== null) {
    return `${amount(value, unit)}, needed ${comparison} ${amount(bound, unit)}`;
  }
  const said = says.replace(`${gate.replaceAll("_", " ")}: `, "");
  return said === verdict ? "" : said;
}

function marginOf({ margin, comparison, unit }: Gate): string | null {
  if (margin === null) return null;
  if (margin === 0) return comparison === "at least" || comparison === "at most" ? "just enough" : "at its bound";
  if (margin > 0) return `${amount(margin, unit)} to spare`;
  return `${amount(-margin, unit)} ${comparison === "at least" ? "short" : "too much"}`;
}

function shareOf({ value, bound }: Gate): number | null {
  if (value === null || bound === null || bound <= 0) return null;
  return Math.min(1, Math.max(0, value / bound));
}

/** A number with its unit, as short as it is exact. */
export function amount(value: number, unit: string | null): string {
  const digits = Number.isInteger(value) ? 0 : 2;
  switch (unit) {
    case "dollars":
      return money(value, { digits });
    case "percent":
      return percent(value, { digits });
    case null:
    case "points":
      return quantity(value, { digits: Number.isInteger(value) ? 0 : 1 });
    default:
      return `${quantity(value, { digits })} ${Math.abs(value) === 1 ? unit.replace(/s$/, "") : unit}`;
  }
}

/** Python's words for nothing, truth and decimals, as one says them. */
export function valueOf(text: string): string {
  if (text === "None" || text === "") return "none";
  if (text === "True") return "yes";
  if (text === "False") return "no";
  return /^-?\d+\.\d*0+$/.test(text) ? text.replace(/\.?0+$/, "") : text;
}
