import { useMemo } from "react";
import type { Schemas } from "@/api/client";
import { BarChart, Panel, TimeChart, type ChartSeries } from "@/ui";
import { money, quantity } from "@/ui/format";
import { spreadOf } from "./pairs";

type Compared = Schemas["PairedComparison"];

const dollars = (value: number) => money(value, { isSigned: true, digits: 0 });

/** What each engine had made on the pairs so far, and how far apart they were. */
export function Curves({ curve }: { curve: Compared["paired"]["curve"] }) {
  const series = useMemo<ChartSeries[]>(
    () => [
      { kind: "steps", name: "Engine A", tone: "series-1", points: curve.map(({ at, a }) => ({ at, value: a })) },
      { kind: "steps", name: "Engine B", tone: "series-2", points: curve.map(({ at, b }) => ({ at, value: b })) },
      { kind: "steps", name: "A − B", tone: "muted", points: curve.map(({ at, difference }) => ({ at, value: difference })) },
    ],
    [curve],
  );
  return (
    <Panel title="What both made on the same signals" className="two-thirds">
      <TimeChart
        label="Dollars made on complete pairs, by engine"
        series={series}
        format={dollars}
        height={260}
        empty="A curve begins with the first pair whose trades are both closed."
      />
    </Panel>
  );
}

const NEWEST = 60;

/** Pair by pair, and how they are spread. */
export function Differences({ differences }: { differences: readonly number[] }) {
  const before = Math.max(0, differences.length - NEWEST);
  const bars = differences.slice(before).map((value, number) => ({ label: `${before + number + 1}`, value }));
  return (
    <>
      <Panel title="Differences pair by pair, A − B" className="half">
        <BarChart
          label={`Difference of each pair, the newest ${NEWEST} at most`}
          heads={{ label: "pair", value: "dollars, A − B" }}
          bars={bars}
          format={dollars}
          isChange
          empty="No pair is complete yet."
        />
      </Panel>
      <Panel title="How they are spread" className="half">
        <BarChart
          label="How often the difference fell into a range"
          heads={{ label: "A − B", value: "pairs" }}
          bars={spreadOf(differences)}
          format={(value) => quantity(value)}
          empty="No pair is complete yet."
        />
      </Panel>
    </>
  );
}
