import { $api } from "@/api/client";
import { Loaded, Money, Page, Percent, Stat, Stats } from "@/ui";

export default function Today() {
  const metrics = $api.useQuery("get", "/dashboard/metrics", { params: { query: { period: "1D" } } });
  return (
    <Page title="Today">
      <Loaded query={metrics} what="the account">
        {({ account, in_period }) => (
          <Stats label="The account">
            <Stat label="Net liquidation">
              <Money value={account.net_liquidation} />
            </Stat>
            <Stat label="Realised today">
              <Money value={account.day_realized_pnl} isChange />
            </Stat>
            <Stat label="Open P&L">
              <Money value={account.unrealized_pnl} isChange />
            </Stat>
            <Stat label="Win rate, one day">
              <Percent value={in_period.win_rate} />
            </Stat>
          </Stats>
        )}
      </Loaded>
    </Page>
  );
}
