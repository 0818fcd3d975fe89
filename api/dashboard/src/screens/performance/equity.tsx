import { useMemo, useState } from "react";
import { $api } from "@/api/client";
import type { Asked } from "@/screens/performance/asked";
import { drawdownOf, equityOf, tradesOf, worthOf, type Summary } from "@/screens/performance/curve";
import { Choice, Loaded, Panel, TimeChart, type ChartSeries, type Point } from "@/ui";
import { money, percent } from "@/ui/format";

interface EquityProps {
  asked: Asked;
  summary: Summary;
  className?: string;
}

const TRADES_MAX = 500;

const OF = [
  { name: "trades", title: "Closed trades" },
  { name: "worth", title: "Net liquidation" },
] as const;

/** What there was over the period, and below it how far it had fallen from its highest. */
export function Equity({ asked, summary, className }: EquityProps) {
  const [of, setOf] = useState<(typeof OF)[number]["name"]>("trades");
  // an account is worth something as a whole: a symbol alone, or what does not trade, is not
  const hasWorth = !asked.isShadow && asked.symbol === null;
  return (
    <Panel
      title="Equity and drawdown"
      className={className}
      actions={hasWorth && <Choice label="What equity is of" options={OF} chosen={of} onChoose={setOf} />}
    >
      {hasWorth && of === "worth" ? <Worth asked={asked} /> : <OfTrades asked={asked} summary={summary} />}
    </Panel>
  );
}

function OfTrades({ asked, summary }: EquityProps) {
  const { since, total } = summary;
  const found = $api.useQuery(
    "get",
    "/trades",
    { params: { query: { is_shadow: asked.isShadow, symbol: asked.symbol, since, limit: TRADES_MAX } } },
    // more than that, and days are all that one can tell apart
    { enabled: total.trades > 0 && total.trades <= TRADES_MAX },
  );
  const trades = useMemo(() => (found.data === undefined ? null : tradesOf(summary, found.data.items)), [found.data, summary]);
  const points = useMemo(() => equityOf(summary, trades), [summary, trades]);
  return <Curves points={points} note={trades === null ? "Of closed trades, day by day." : "Of closed trades, trade by trade."} />;
}

function Worth({ asked }: { asked: Asked }) {
  const history = $api.useQuery("get", "/account/history", { params: { query: { period: asked.period } } });
  const points = useMemo(() => (history.data === undefined ? [] : worthOf(history.data)), [history.data]);
  return (
    <Loaded query={history} what="the account's history">
      {() => <Curves points={points} note="Cash, and what was held at its marks; tests on paper too." />}
    </Loaded>
  );
}

function Curves({ points, note }: { points: readonly Point[]; note: string }) {
  const [equity, drawdown] = useMemo(
    (): [ChartSeries[], ChartSeries[]] => [
      [{ kind: "steps", name: "Equity", points }],
      [{ kind: "steps", name: "Drawdown", tone: "loss", points: drawdownOf(points) }],
    ],
    [points],
  );
  return (
    <div className="stack">
      <p className="muted">{note}</p>
      <TimeChart label="Equity" series={equity} height={190} format={money} />
      <TimeChart label="Drawdown from the highest equity" series={drawdown} height={110} format={(value) => percent(value, { digits: 2 })} />
    </div>
  );
}
