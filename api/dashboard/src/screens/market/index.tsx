import { useEffect, useState } from "react";
import { $api, type Schemas } from "@/api/client";
import { Bias, AllBiases } from "@/screens/market/bias";
import { Chain } from "@/screens/market/chain";
import { Chooser } from "@/screens/market/chooser";
import { Dealers } from "@/screens/market/dealers";
import { Flow } from "@/screens/market/flow";
import { Gamma } from "@/screens/market/gamma";
import { Glance, Session } from "@/screens/market/glance";
import "@/screens/market/market.css";
import { Price } from "@/screens/market/price";
import { remember, useSymbol } from "@/screens/market/symbol";
import { readAgain, useMarket, type Timeframe } from "@/screens/market/use-market";
import { Button, Empty, Failed, Loaded, Page, Panel } from "@/ui";
import { when } from "@/ui/format";

export default function Market() {
  const underlyings = $api.useQuery("get", "/underlyings");
  const biases = $api.useQuery("get", "/bias/summary");
  const [symbol, choose] = useSymbol(underlyings.data?.items);
  return (
    <Page title={symbol === null ? "Market" : `Market · ${symbol}`} actions={<Button onClick={() => void readAgain()}>Read again</Button>}>
      {underlyings.error !== null && underlyings.data === undefined ? (
        <Failed error={underlyings.error} onRetry={() => void underlyings.refetch()} />
      ) : (
        <Chooser items={underlyings.data?.items ?? []} chosen={symbol} onChoose={choose} />
      )}
      {symbol !== null && <Shown key={symbol} symbol={symbol} />}
      {symbol === null && underlyings.data !== undefined && (
        <Empty title="Nothing is watched, and nothing has come yet.">Type a symbol, or send an alert, a bias or a price.</Empty>
      )}
      <Loaded query={biases} what="the biases">
        {(summary) => <AllBiases summary={summary} />}
      </Loaded>
    </Page>
  );
}

function Shown({ symbol }: { symbol: string }) {
  const [timeframe, setTimeframe] = useState<Timeframe>("5m");
  const { gamma, intel, underlying } = useMarket(symbol, timeframe);
  const item = intel.data?.items[0];
  const isKnown = gamma.data !== undefined;
  useEffect(() => {
    if (isKnown) remember(symbol);
  }, [isKnown, symbol]);
  if (gamma.error !== null && gamma.data === undefined) {
    return (
      <Panel title={symbol}>
        <Failed error={gamma.error} onRetry={() => void gamma.refetch()} />
      </Panel>
    );
  }
  return (
    <Loaded query={gamma} what={symbol}>
      {(context) => (
        <>
          {intel.data !== undefined && <Session intel={intel.data} />}
          {context.nothing_since !== null && <Unknown context={context} />}
          <Glance gamma={context} bias={item?.bias ?? null} />
          <div className="columns">
            <Gamma gamma={context} className="two-thirds" />
            <Dealers gamma={context} item={item} className="third" />
            <div className="third">
              <Loaded query={intel} what="the bias">
                {() => item !== undefined && <Bias item={item} />}
              </Loaded>
            </div>
            <div className="two-thirds">
              <Loaded query={underlying} what="the bars">
                {(found) => <Price underlying={found} gex={context.gex} timeframe={timeframe} onTimeframe={setTimeframe} />}
              </Loaded>
            </div>
            <Flow flow={item?.flow ?? null} className="half" />
            <div className="half">
              <Loaded query={underlying} what="the chain">
                {(found) => <Chain underlying={found} />}
              </Loaded>
            </div>
          </div>
        </>
      )}
    </Loaded>
  );
}

function Unknown({ context }: { context: Schemas["GammaContext"] }) {
  return (
    <p className="notice" role="status">
      Nothing has been heard of {context.symbol} since {when(context.nothing_since)}: no price, bias, chain or flow. Check its feed, or send
      it by webhook.
    </p>
  );
}
