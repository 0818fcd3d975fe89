import { useMemo } from "react";
import { $api } from "@/api/client";
import type { Asked } from "@/screens/performance/asked";
import { drawdownOf, equityOf, tradesOf, type Summary } from "@/screens/performance/curve";
import { Panel, TimeChart, type ChartSeries } from "@/ui";
import { money, percent } from "@/ui/format";

const TRADES_MAX = 500;

/** Equity of closed trades over the period, and below it how far it had fallen. */
export function Equity({ asked, summary, className }: { asked: Asked; summary: Summary; className?: string }) {
  const { since, total } = summary;
  const found = $api.useQuery(
    "get",
    "/trades",
    { params: { query: { is_shadow: asked.isShadow, symbol: asked.symbol, since, limit: TRADES_MAX } } },
    // more than that, and days are all that one can tell apart
    { enabled: total.trades > 0 && total.trades <= TRADES_MAX },
  );
  const trades = useMemo(() => (found.data === undefined ? null : tradesOf(summary, found.data.items)), [found.data, summary]);
  const [equity, drawdown] = useMemo((): [ChartSeries[], ChartSeries[]] => {
    const points = equityOf(summary, trades);
    return [
      [{ kind: "steps", name: "Equity", points }],
      [{ kind: "area", name: "Drawdown", tone: "loss", points: drawdownOf(points) }],
    ];
  }, [summary, trades]);
  const step = trades === null ? "day by day" : "trade by trade";
  return (
    <Panel title="Equity and drawdown" actions={<span className="muted">closed trades, {step}</span>} className={className}>
      <div className="stack">
        <TimeChart label="Equity" series={equity} height={200} format={money} />
        <TimeChart label="Drawdown from the highest equity" series={drawdown} height={110} format={(value) => percent(value, { digits: 2 })} />
      </div>
    </Panel>
  );
}
