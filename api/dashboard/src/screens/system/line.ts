/** The line in figures: who is behind, how much passes, what guards it. Pure. */
import type { Schemas } from "@/api/client";
import { quantity } from "@/ui/format";

type Monitoring = Schemas["Monitoring"];
type Group = Monitoring["groups"][number];
type Worker = Monitoring["workers"][number];

/** A reader whose commits have stood still for so long while messages wait is stuck. */
export const STUCK_S = 30;
const BEHIND_MAX = 1_000;

/** Return whether a group keeps up with a topic, is behind, or stands still. */
export function paceOf({ behind, commit_age_s }: Group): "keeps up" | "behind" | "stuck" {
  if (behind === 0) return "keeps up";
  if (commit_age_s > STUCK_S) return "stuck";
  return behind > BEHIND_MAX ? "behind" : "keeps up";
}

export interface Totals {
  behind: number;
  stuck: number;
  /** messages a second over all topics; null while none has been measured */
  perS: number | null;
  letters: number;
  calls: number;
  refused: number;
}

export function totalsOf({ groups, topics, dead_letters_open, webhooks_last_hour }: Monitoring): Totals {
  const rates = topics.flatMap(({ per_s }) => (per_s === null || per_s === undefined ? [] : [per_s]));
  const { accepted = 0, duplicate = 0 } = webhooks_last_hour;
  const calls = sum(Object.values(webhooks_last_hour));
  return {
    behind: sum(groups.map(({ behind }) => behind)),
    stuck: groups.filter((group) => paceOf(group) === "stuck").length,
    perS: rates.length === 0 ? null : sum(rates),
    letters: sum(Object.values(dead_letters_open)),
    calls,
    refused: calls - accepted - duplicate,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export interface Watermark {
  worker: string;
  table: string;
  records: number;
  at: string | null;
}

/** Return a row for each table of each worker: how many records, and up to which time of events. */
export function watermarksOf(workers: readonly Worker[]): Watermark[] {
  return workers.flatMap(({ name, tables }) =>
    Object.entries(tables).map(([table, { records, watermark_at }]) => ({
      worker: name,
      table,
      records: records ?? 0,
      at: watermark_at ?? null,
    })),
  );
}

export interface Guard {
  process: string;
  name: string;
  /** a breaker's state, or requests of how many there may be */
  state: string;
  isGood: boolean;
}

interface Guards {
  process: string;
  answers: boolean;
  breakers?: Readonly<Record<string, string>>;
  limiters?: Readonly<Record<string, { used: number; limit: number; waits: number }>>;
}

/** Return breakers and limiters as rows; of a platform that does not tell of any, none. */
export function guardsOf(monitoring: object): Guard[] {
  const found = "guards" in monitoring && Array.isArray(monitoring.guards) ? (monitoring.guards as Guards[]) : [];
  return found.flatMap(({ process, answers, breakers = {}, limiters = {} }) => {
    if (!answers) return [{ process, name: "process", state: "does not answer", isGood: false }];
    return [
      ...Object.entries(breakers).map(([name, state]) => ({
        process,
        name: `breaker ${name}`,
        state,
        isGood: state === "closed",
      })),
      ...Object.entries(limiters).map(([name, { used, limit, waits }]) => ({
        process,
        name: `limiter ${name}`,
        state: `${quantity(used)} of ${quantity(limit)} used, ${quantity(waits)} waited`,
        isGood: used < limit,
      })),
    ];
  });
}

/** Return milliseconds as people read them: `8 ms`, `1.25 s`. */
export function milliseconds(value: number | null): string {
  if (value === null) return "–";
  return value < 1_000 ? `${Number(value.toPrecision(3))} ms` : `${(value / 1_000).toFixed(2)} s`;
}
