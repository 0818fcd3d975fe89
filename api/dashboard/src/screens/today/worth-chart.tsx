import { useMemo } from "react";
import { $api } from "@/api/client";
import type { Period } from "@/ui/periods";
import { Loaded, Money, Percent, TimeChart, type ChartSeries, type Point } from "@/ui";
import { money } from "@/ui/format";

const AGAIN_MS = 30_000;

/** What the account was worth over the period. */
export function WorthChart({ period }: { period: Period }) {
  const history = $api.useQuery(
    "get",
    "/account/history",
    { params: { query: { period } } },
    { refetchInterval: AGAIN_MS, placeholderData: (before) => before },
  );
  return (
    <Loaded query={history} what="what the account was worth">
      {({ points, change, change_percent, max_drawdown, max_drawdown_percent }) => (
        <div className="stack">
          <p className="row muted">
            <span>
              Change <Money value={change} isChange /> <Percent value={change_percent} isChange digits={2} />
            </span>
            <span>
              Deepest drawdown <Money value={max_drawdown} /> <Percent value={max_drawdown_percent} digits={2} />
            </span>
          </p>
          <Worth points={points} />
        </div>
      )}
    </Loaded>
  );
}

function Worth({ points }: { points: readonly { at: string; equity: number }[] }) {
  const series = useMemo<ChartSeries[]>(
    () => [{ kind: "area", name: "net liquidation", points: points.map(pointOf) }],
    [points],
  );
  return <TimeChart label="Net liquidation" series={series} format={dollars} height={260} />;
}

function pointOf({ at, equity }: { at: string; equity: number }): Point {
  return { at, value: equity };
}

function dollars(value: number): string {
  return money(value, { digits: 0 });
}
