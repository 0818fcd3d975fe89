import { useState } from "react";
import { $api } from "@/api/client";
import { Figures } from "@/screens/today/figures";
import { Feed } from "@/screens/today/feed";
import { Health } from "@/screens/today/health";
import { Limits } from "@/screens/today/limits";
import { PERIODS, type Period } from "@/ui/periods";
import { WorthChart } from "@/screens/today/worth-chart";
import { Choice, Loaded, Page, Panel } from "@/ui";

/** Marks move what the account is worth without an event that says so. */
const AGAIN_MS = 5_000;

export default function Today() {
  const [period, setPeriod] = useState<Period>("1D");
  const metrics = $api.useQuery(
    "get",
    "/dashboard/metrics",
    { params: { query: { period } } },
    { refetchInterval: AGAIN_MS, placeholderData: (before) => before },
  );
  return (
    <Page title="Today" actions={<Choice label="Period" options={PERIODS} chosen={period} onChoose={setPeriod} />}>
      <Loaded query={metrics} what="the account">
        {(found) => (
          <>
            <Figures metrics={found} />
            <div className="columns">
              <div className="two-thirds beside">
                <Panel title="Net liquidation">
                  <WorthChart period={period} />
                </Panel>
                <Panel title="What happened" isFlush>
                  <Feed recent={found.recent} />
                </Panel>
              </div>
              <div className="third beside">
                <Panel title="Risk against its limits">
                  <Limits />
                </Panel>
                <Panel title="Feeds and workers">
                  <Health />
                </Panel>
              </div>
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}
