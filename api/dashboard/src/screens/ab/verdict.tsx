import type { Schemas } from "@/api/client";
import { Money, Panel, Stat, Stats } from "@/ui";
import { quantity } from "@/ui/format";
import { Interval } from "./interval";
import { standingOf } from "./pairs";

type Compared = Schemas["PairedComparison"];

const TITLES = {
  none: "Nothing to compare yet",
  early: "Too early to say which engine is better",
  open: "No difference can be told from chance yet",
  told: "The engines differ by more than chance",
} as const;

const p = (value: number | null) => (value === null ? "–" : value < 0.0001 ? "< 0.0001" : quantity(value, { digits: 4 }));

/** What may be said of the engines, and what may not. */
export function Verdict({ found }: { found: Compared }) {
  const { outlook, results, paired } = found;
  const standing = standingOf(found);
  return (
    <Panel title="What may be said">
      <div className="stack">
        <div className={standing === "told" ? "notice is-accent" : "notice"} role="status">
          <strong>{TITLES[standing]}</strong>
          <div>{standing === "told" ? sentence(found.verdict) : sentence(outlook.says)}</div>
        </div>
        {outlook.pairs < outlook.least && <Progress pairs={outlook.pairs} least={outlook.least} />}
        <Stats label="The comparison">
          <Stat label="Mean difference, A − B" note="dollars a pair">
            <Money value={paired.t_test.mean} isChange />
          </Stat>
          <Stat label="A makes a trade" note={ofPairs(results.a.n)}>
            <Money value={results.a.mean} isChange />
          </Stat>
          <Stat label="B makes a trade" note={ofPairs(results.b.n)}>
            <Money value={results.b.mean} isChange />
          </Stat>
          <Stat label="p, read at any time" note={`told from chance at ${results.alpha} or below`}>
            {standing === "none" ? "–" : p(results.sequential.p)}
          </Stat>
          <Stat label="More pairs needed" note="an estimate">
            {outlook.is_told ? "0" : outlook.more === null ? moreAtLeast(outlook) : `about ${quantity(outlook.more)}`}
          </Stat>
        </Stats>
      </div>
    </Panel>
  );
}

function Progress({ pairs, least }: { pairs: number; least: number }) {
  return (
    <div className="gauge">
      <span>Pairs on identical inputs, both trades closed</span>
      <span className="nowrap">
        {pairs} of {least}
      </span>
      <div
        className="gauge-track"
        role="progressbar"
        aria-label="Pairs on identical inputs, both trades closed"
        aria-valuemin={0}
        aria-valuemax={least}
        aria-valuenow={pairs}
      >
        <div className="gauge-fill" style={{ width: `${(pairs / least) * 100}%` }} />
      </div>
    </div>
  );
}

function ofPairs(count: number): string {
  return count === 1 ? "of 1 pair" : `of ${quantity(count)} pairs`;
}

function moreAtLeast({ pairs, least }: Compared["outlook"]): string {
  return pairs < least ? `${least - pairs} or more` : "unknown";
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

interface Test {
  name: string;
  says: string;
  p: number | null;
  low: number | null;
  high: number | null;
}

/** Every test that was made, which one to go by, and what each takes for granted. */
export function Tests({ found: { results, paired } }: { found: Compared }) {
  const { t_test, sign_test } = paired;
  const tests: Test[] = [
    {
      name: "Sequential (mixture likelihood ratio): go by this one",
      says: "May be read after every pair, however often: all its intervals hold at once.",
      p: results.sequential.p,
      low: results.sequential.low,
      high: results.sequential.high,
    },
    {
      name: "Paired t-test",
      says: t_test.reason === "" ? "Holds where the number of pairs was settled beforehand." : t_test.reason,
      p: t_test.p,
      low: t_test.low,
      high: t_test.high,
    },
    {
      name: "Bootstrap of the mean difference",
      says: "Assumes no distribution; the same caution about looking often.",
      p: null,
      // drawn anew from one pair it is always that pair
      low: results.a.n < 2 ? null : paired.bootstrap_low,
      high: results.a.n < 2 ? null : paired.bootstrap_high,
    },
    {
      name: "Sign test",
      says: `A made more on ${sign_test.ahead}, B on ${sign_test.behind}, the same on ${sign_test.ties}: how often, not how much.`,
      p: sign_test.p,
      low: null,
      high: null,
    },
  ];
  return (
    <Panel title={`The tests, intervals of ${100 - results.alpha * 100} %`}>
      <ul className="tests">
        {tests.map(({ name, says, p: value, low, high }) => (
          <li key={name}>
            <strong>{name}</strong>
            <span className="muted">{says}</span>
            <span>
              p {p(value)} · <Interval low={low} mean={t_test.mean} high={high} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
