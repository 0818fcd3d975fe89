import type { Schemas } from "@/api/client";
import { useLive } from "@/live";
import { openPnl } from "@/screens/today/open-pnl";
import { Money, Percent, Quantity, Stat, Stats } from "@/ui";
import { money } from "@/ui/format";

export function Figures({ metrics }: { metrics: Schemas["DashboardMetrics"] }) {
  const { account, in_period, all_time, active_positions, working_orders, exposure, period } = metrics;
  const span = period === "ALL" ? "since it began" : `in ${period}`;
  const liveOpen = useLive(openPnl);
  return (
    <Stats label="The account">
      <Stat label="Net liquidation" note={`cash ${money(account.cash)}`}>
        <Money value={account.net_liquidation} />
      </Stat>
      <Stat label="Realised today" note={`${money(account.realized_pnl, { isSigned: true })} since it began`}>
        <Money value={account.day_realized_pnl} isChange />
      </Stat>
      <Stat
        label="Open P&L"
        note={account.unmarked_positions > 0 ? `${account.unmarked_positions} without a mark` : "at the newest marks"}
      >
        <Money value={liveOpen ?? account.unrealized_pnl} isChange />
      </Stat>
      <Stat label={`Realised ${span}`} note={`${in_period.trades} trades`}>
        <Money value={in_period.pnl} isChange />
      </Stat>
      <Stat label={`Win rate ${span}`} note={`${in_period.wins} of ${in_period.trades} won`}>
        <Percent value={in_period.win_rate} />
      </Stat>
      <Stat label="Profit factor" note={`${all_time.trades} trades since it began`}>
        <Quantity value={all_time.profit_factor} digits={2} />
      </Stat>
      <Stat label="Positions" note={`${working_orders} orders on their way`}>
        <Quantity value={active_positions} />
      </Stat>
      <Stat label="Exposure" note="held and reserved, at cost">
        <Money value={exposure} digits={0} />
      </Stat>
    </Stats>
  );
}
