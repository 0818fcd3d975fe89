import type { Schemas } from "@/api/client";
import { useLive, type Price } from "@/live";
import { AsOf } from "@/screens/market/as-of";
import { Money, Percent, Stat, Stats } from "@/ui";
import { duration, quantity, when, words } from "@/ui/format";
import { shortMoney } from "@/ui/scale";

/** The underlying in a line: price, exposure, and the levels that dealers make. */
export function Glance({ gamma, bias }: { gamma: Schemas["GammaContext"]; bias: Schemas["BiasNow"] | null }) {
  const { gex, walls } = gamma;
  const { price, price_at } = newestOf(gamma, useLive((state) => state.prices.get(gamma.symbol)));
  return (
    <Stats label={`${gamma.symbol} at a glance`}>
      <Stat label="Price" note={<AsOf at={price_at} now={gamma.at} />}>
        <Money value={price} />
      </Stat>
      <Stat label="Net GEX" note={gex === null ? "nobody has told it" : gex.computed ? "worked out from the chain" : "as received"}>
        {gex === null ? "–" : shortMoney(gex.net_gex, { isSigned: true })}
      </Stat>
      <Stat label="Dealers" note={gex === null ? undefined : <AsOf at={gex.timestamp} now={gamma.at} />}>
        {words(gamma.regime ?? gex?.dealer_position)}
      </Stat>
      <Stat label="Bias" note={bias === null ? undefined : <AsOf at={bias.timestamp} now={gamma.at} isStale={bias.is_stale} />}>
        {bias === null ? "–" : `${bias.bias} ${quantity(bias.bias_score, { isSigned: true })}`}
      </Stat>
      <Stat label="Zero gamma" note={<Distance from={gex?.zero_gamma_level} price={price} />}>
        <Money value={gex?.zero_gamma_level} />
      </Stat>
      <Stat label="Max pain" note={<Distance from={gex?.max_pain} price={price} />}>
        <Money value={gex?.max_pain} />
      </Stat>
      <Stat label="Call wall" note={<Distance from={walls?.call} price={price} />}>
        <Money value={walls?.call} />
      </Stat>
      <Stat label="Put wall" note={<Distance from={walls?.put} price={price} />}>
        <Money value={walls?.put} />
      </Stat>
    </Stats>
  );
}

/** The answer's price, or the stream's where that is newer. */
function newestOf(gamma: Schemas["GammaContext"], told: Price | undefined): Pick<typeof gamma, "price" | "price_at"> {
  if (told === undefined) return gamma;
  return gamma.price_at === null || Date.parse(told.price_at) >= Date.parse(gamma.price_at) ? told : gamma;
}

function Distance({ from, price }: { from: number | null | undefined; price: number | null }) {
  if (from === null || from === undefined || price === null || price === 0) return <>not known</>;
  const percent = ((from - price) / price) * 100;
  return (
    <>
      <Percent value={Math.abs(percent)} digits={2} /> {percent === 0 ? "away" : percent > 0 ? "above the price" : "below the price"}
    </>
  );
}

const PHASES: Readonly<Record<Schemas["SessionNow"]["phase"], string>> = {
  closed: "Closed",
  premarket: "Before the open",
  regular: "Open",
  afterhours: "After the close",
};

/** Where the platform's time lies in the exchange's day. */
export function Session({ intel }: { intel: Schemas["IntelSnapshot"] }) {
  const { phase, minutes_to_close, next_open_at } = intel.session;
  return (
    <span className="muted">
      {PHASES[phase]}
      {minutes_to_close !== null && ` · closes in ${duration(minutes_to_close * 60)}`}
      {phase !== "regular" && ` · opens ${when(next_open_at)}`}
      {" · as of "}
      {when(intel.at)}
    </span>
  );
}
