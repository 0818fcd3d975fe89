import { useMemo } from "react";
import type { Schemas } from "@/api/client";
import { TIMEFRAMES, type Timeframe } from "@/screens/market/use-market";
import { Badge, Choice, Money, Panel, Quantity, TimeChart, type ChartSeries, type PriceLine } from "@/ui";

interface PriceProps {
  underlying: Schemas["UnderlyingDetail"];
  gex: Schemas["GexNow"] | null;
  timeframe: Timeframe;
  onTimeframe: (timeframe: Timeframe) => void;
  className?: string;
}

const OPTIONS = TIMEFRAMES.map((name) => ({ name, title: name }));

/** The newest bars, with the opening range and the dealers' levels as lines. */
export function Price({ underlying, gex, timeframe, onTimeframe, className }: PriceProps) {
  const { bars, opening_range: range, symbol } = underlying;
  const series = useMemo<ChartSeries[]>(
    () => (bars.length === 0 ? [] : [{ kind: "candles", name: symbol, points: bars.map(({ start, ...prices }) => ({ at: start, ...prices })) }]),
    [bars, symbol],
  );
  const lines = useMemo(() => linesOf(range, gex), [range, gex]);
  return (
    <Panel
      title="Price"
      className={className}
      actions={<Choice label="Timeframe of the bars" options={OPTIONS} chosen={timeframe} onChoose={onTimeframe} />}
    >
      <div className="stack">
        <TimeChart
          label={`${symbol}, bars of ${timeframe}`}
          series={series}
          priceLines={lines}
          height={260}
          empty={`No bar of ${timeframe} yet: bars are built from prices as they come`}
        />
        <p className="row">
          <strong>Opening range</strong>
          {range === null ? (
            <span className="muted">not known: it is made of the first minutes of a regular session</span>
          ) : (
            <>
              <span>
                <Money value={range.low} /> to <Money value={range.high} />
              </span>
              <span className="muted">
                {range.day}, first {range.minutes} min, <Quantity value={range.volume} /> shares
              </span>
              {!range.is_complete && <Badge tone="accent">still being made</Badge>}
              {!range.is_today && <Badge tone="warning">not today&apos;s</Badge>}
            </>
          )}
        </p>
      </div>
    </Panel>
  );
}

function linesOf(range: Schemas["OpeningRangeNow"] | null, gex: Schemas["GexNow"] | null): PriceLine[] {
  const lines: PriceLine[] = [];
  if (range?.is_today === true) {
    lines.push({ price: range.high, title: "OR high", tone: "series-2" }, { price: range.low, title: "OR low", tone: "series-2" });
  }
  if (gex?.zero_gamma_level != null) lines.push({ price: gex.zero_gamma_level, title: "zero gamma", tone: "series-3", isDashed: true });
  if (gex?.max_pain != null) lines.push({ price: gex.max_pain, title: "max pain", tone: "series-4", isDashed: true });
  return lines;
}
