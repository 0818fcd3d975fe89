import { useMemo } from "react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import type { Mark } from "@/live";
import { Loaded, Panel, TimeChart, type ChartSeries } from "@/ui";
import { duration, money } from "@/ui/format";
import { candlesOf, contractLines, markersOf, underlyingLines, type PositionChart } from "./chart-lines";
import { contractName } from "./contract";

interface ChartsProps {
  position: Schemas["PositionDetail"];
  query: UseQueryResult<PositionChart, unknown>;
  mark: Mark | null;
}

const dollars = (value: number) => money(value);
const EMPTY = "No price of this time was kept: bars are kept from the time on in which the platform ran.";

/** The contract with entry, exits and levels; below it the underlying, with about where it calls them. */
export function Charts({ position, query, mark }: ChartsProps) {
  return (
    <Loaded query={query} what="the charts">
      {(chart) => (
        <>
          <ContractChart position={position} chart={chart} mark={mark} />
          <UnderlyingChart chart={chart} />
        </>
      )}
    </Loaded>
  );
}

function ContractChart({ position, chart, mark }: { position: Schemas["PositionDetail"]; chart: PositionChart; mark: Mark | null }) {
  const name = contractName(position);
  const { entry_price, exit_price, exits } = position;
  const series = useMemo<readonly ChartSeries[]>(
    () => [{ kind: "candles", name, points: candlesOf(chart.contract, mark, chart.step_s) }],
    [chart, mark, name],
  );
  const markers = useMemo(() => markersOf(chart.markers, chart.contract, "contract"), [chart]);
  const priceLines = useMemo(() => contractLines({ entry_price, exit_price }, exits ?? []), [entry_price, exit_price, exits]);
  return (
    <Panel title={`${name}, bars of ${duration(chart.step_s)}`}>
      <TimeChart
        label={`${name} with entry, exits and levels`}
        series={series}
        markers={markers}
        priceLines={priceLines}
        format={dollars}
        height={300}
        empty={EMPTY}
      />
    </Panel>
  );
}

function UnderlyingChart({ chart }: { chart: PositionChart }) {
  const series = useMemo<readonly ChartSeries[]>(
    () => [{ kind: "candles", name: chart.symbol, points: candlesOf(chart.underlying, null, chart.step_s) }],
    [chart],
  );
  const markers = useMemo(() => markersOf(chart.markers, chart.underlying, "underlying"), [chart]);
  const priceLines = useMemo(() => underlyingLines(chart.levels, chart.underlying), [chart]);
  return (
    <Panel title={`${chart.symbol}, bars of ${duration(chart.step_s)}`}>
      <TimeChart
        label={`${chart.symbol} with the signal, entry and exits`}
        series={series}
        markers={markers}
        priceLines={priceLines}
        format={dollars}
        height={260}
        empty={EMPTY}
      />
      {priceLines.length > 0 && (
        <p className="muted">≈ about where {chart.symbol} stands when the contract reaches the level: by delta and gamma, all else unchanged.</p>
      )}
    </Panel>
  );
}
