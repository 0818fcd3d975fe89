import { useMemo } from "react";
import type { Schemas } from "@/api/client";
import { TimeChart, type ChartSeries } from "@/ui";
import { money } from "@/ui/format";

/** What the account was worth by what it had realised, and, as its last point, what it is worth with what is open. */
export function WorthChart({ metrics: { account, curve, at } }: { metrics: Schemas["DashboardMetrics"] }) {
  const { opening_equity, net_liquidation } = account;
  const series = useMemo<ChartSeries[]>(() => {
    const points = curve.map((point) => ({ at: point.at, value: opening_equity + point.pnl }));
    return [{ kind: "area", name: "net liquidation", points: [...points.slice(0, -1), { at, value: net_liquidation }] }];
  }, [curve, opening_equity, net_liquidation, at]);
  return <TimeChart label="Net liquidation" series={series} format={dollars} height={260} />;
}

function dollars(value: number): string {
  return money(value, { digits: 0 });
}
