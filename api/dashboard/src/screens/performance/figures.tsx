import type { Schemas } from "@/api/client";
import type { Summary } from "@/screens/performance/curve";
import { Money, Percent, Quantity, Stat, Stats } from "@/ui";
import { when } from "@/ui/format";

type FigureRow = Schemas["FigureRow"];

interface FigureProps {
  label: string;
  figure: FigureRow;
  as: "ratio" | "money" | "change" | "percent" | "percent-change";
  note?: string;
}

/** A figure, or why it is not defined. */
function Figure({ label, figure: { value, reason }, as, note }: FigureProps) {
  return (
    <Stat label={label} note={value === null ? reason : note}>
      {as === "ratio" && <Quantity value={value} digits={2} />}
      {as === "money" && <Money value={value} />}
      {as === "change" && <Money value={value} isChange />}
      {as === "percent" && <Percent value={value} />}
      {as === "percent-change" && <Percent value={value} digits={2} isChange />}
    </Stat>
  );
}

export function Figures({ summary }: { summary: Summary }) {
  const { total, max_drawdown: fall } = summary;
  const losses = total.trades - total.wins;
  return (
    <Stats label="Figures of the period">
      <Stat label="P&L" note={`${total.trades} ${total.trades === 1 ? "trade" : "trades"}`}>
        <Money value={total.pnl} isChange />
      </Stat>
      <Figure label="Return" figure={summary.return_percent} as="percent-change" note="of the equity it began with" />
      <Stat label="Equity" note="of closed trades">
        <Money value={summary.equity} />
      </Stat>
      <Stat label="Max drawdown" note={fallNote(fall)}>
        {fall.percent === null ? <Money value={-fall.amount} /> : <Percent value={fall.percent === 0 ? 0 : -fall.percent} digits={2} />}
      </Stat>
      <Figure label="Sharpe" figure={summary.sharpe} as="ratio" note="daily returns, a year" />
      <Figure label="Sortino" figure={summary.sortino} as="ratio" note="daily returns, a year" />
      <Figure label="Volatility" figure={summary.volatility_percent} as="percent" note="a year" />
      <Figure label="Profit factor" figure={total.profit_factor} as="ratio" note="won over lost" />
      <Figure label="Expectancy" figure={total.expectancy} as="change" note="a trade" />
      <Figure label="Win rate" figure={total.win_rate} as="percent" note={`${total.wins} won, ${losses} did not`} />
      <Figure label="Average win" figure={total.average_win} as="change" />
      <Figure label="Average loss" figure={total.average_loss} as="change" />
      <Figure label="Largest win" figure={total.largest_win} as="change" />
      <Figure label="Largest loss" figure={total.largest_loss} as="change" />
    </Stats>
  );
}

function fallNote({ amount, low_at }: Summary["max_drawdown"]) {
  if (amount === 0) return "it never fell";
  return (
    <>
      <Money value={-amount} /> <span className="nowrap">{low_at !== null && `low ${when(low_at).slice(0, 16)}`}</span>
    </>
  );
}
