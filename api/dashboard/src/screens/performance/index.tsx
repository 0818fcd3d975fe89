import { $api } from "@/api/client";
import { useAsked } from "@/screens/performance/asked";
import { PERIODS } from "@/ui/periods";
import { keep } from "@/screens/performance/csv";
import { Days } from "@/screens/performance/days";
import { Distribution } from "@/screens/performance/distribution";
import { daysCsv, figuresCsv, keepTrades, nameOf } from "@/screens/performance/download";
import { Equity } from "@/screens/performance/equity";
import { Figures } from "@/screens/performance/figures";
import { Groups } from "@/screens/performance/groups";
import "@/screens/performance/performance.css";
import { Trades } from "@/screens/performance/trades";
import { Button, Choice, Empty, Loaded, Page } from "@/ui";
import { when } from "@/ui/format";

const OF = [
  { name: "account", title: "Account" },
  { name: "shadow", title: "Shadow" },
] as const;

export default function Performance() {
  const [asked, ask] = useAsked();
  const { period, isShadow, symbol } = asked;
  const summary = $api.useQuery(
    "get",
    "/performance/summary",
    { params: { query: { period, is_shadow: isShadow, symbol } } },
    // what was shown stays until the other period has come
    { placeholderData: (before) => before },
  );
  return (
    <Page
      title="Performance"
      actions={
        <>
          <Choice label="Trades of" options={OF} chosen={isShadow ? "shadow" : "account"} onChoose={(of) => ask({ isShadow: of === "shadow" })} />
          <Choice label="Period" options={PERIODS} chosen={period} onChoose={(next) => ask({ period: next })} />
        </>
      }
    >
      <Loaded query={summary} what="the figures">
        {(found) => (
          <div className="performance" aria-busy={summary.isPlaceholderData}>
            <div className="row muted">
              <span>
                {found.is_shadow ? "Shadow trades: of the engine that does not trade" : "The account's closed trades"}
                {symbol !== null && `, ${symbol}`} · {when(found.since)} to {when(found.until)}
              </span>
              {symbol !== null && (
                <Button tone="quiet" onClick={() => ask({ symbol: null })}>
                  All symbols
                </Button>
              )}
              <Button onClick={() => keep(nameOf("figures", asked, found.until), figuresCsv(found))}>Figures as CSV</Button>
            </div>
            {found.total.trades === 0 && (
              <Empty title={isShadow ? "No shadow trade is closed in this period." : "No trade is closed in this period."}>
                {isShadow
                  ? "They come once shadow execution is switched on (Controls), and an alert has been judged."
                  : "Choose a longer period, or send an alert: the Webhooks screen has a test."}
              </Empty>
            )}
            <Figures summary={found} />
            <div className="columns">
              <Equity asked={asked} summary={found} className="half" />
              <Days days={found.days} className="half" onKeep={() => keep(nameOf("days", asked, found.until), daysCsv(found))} />
              <Distribution bins={found.distribution} className="half" />
              <div className="half performance">
                <Groups title="By engine" by="engine" groups={found.by_engine} />
                <Groups title="By regime at entry" by="regime" groups={found.by_regime} />
              </div>
              <Groups title="By symbol" by="symbol" groups={found.by_symbol} className="half" />
              <Groups title="By hour of entry, the exchange's" by="hour" groups={found.by_hour} className="half" />
            </div>
            <Trades asked={asked} summary={found} onKeep={() => void keepTrades(asked, found)} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}
