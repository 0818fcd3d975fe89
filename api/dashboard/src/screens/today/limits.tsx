import { Link } from "wouter";
import { $api, type Schemas } from "@/api/client";
import { Badge, BarGauge, Empty, Loaded } from "@/ui";
import { money, percent, quantity, words } from "@/ui/format";

type Limit = Schemas["LimitRow"];

const WRITTEN: Record<Limit["unit"], (value: number) => string> = {
  dollars: (value) => money(value, { digits: 0 }),
  percent: (value) => percent(value),
  positions: (value) => quantity(value),
  contracts: (value) => quantity(value),
  orders: (value) => quantity(value),
};

/** What is used of each limit: read again with what changes it, as the API reckons it. */
export function Limits() {
  const risk = $api.useQuery("get", "/risk");
  return (
    <Loaded query={risk} what="the limits">
      {({ limits, is_enabled, is_halted, paused }) => (
        <div className="stack">
          {(is_halted || !is_enabled || paused.length > 0) && (
            <div className="row">
              {is_halted && <Badge tone="bad">halted: nothing is opened</Badge>}
              {!is_enabled && <Badge tone="warning">limits are off</Badge>}
              {paused.length > 0 && <Badge tone="warning">paused: {paused.join(", ")}</Badge>}
            </div>
          )}
          {limits.filter(isCounted).map((limit) => (
            <Gauge key={`${limit.limit} ${limit.symbol ?? ""}`} limit={limit} />
          ))}
          {limits.every((limit) => !isCounted(limit)) && (
            <Empty title="No limit is set.">
              <Link href="/controls">Controls</Link> sets them.
            </Empty>
          )}
        </div>
      )}
    </Loaded>
  );
}

function isCounted({ allowed, used }: Limit): boolean {
  return allowed !== null && used !== null;
}

function Gauge({ limit: { limit, symbol, unit, allowed, used } }: { limit: Limit }) {
  const write = WRITTEN[unit];
  const text = `${write(used ?? 0)} of ${allowed === null ? "any" : write(allowed)}`;
  const label = words(limit.replace(/^max_/, "")) + (symbol === null ? "" : `, ${symbol}`);
  return <BarGauge label={label} value={used ?? 0} limit={allowed} text={text} />;
}
