import { useState } from "react";
import { $api } from "@/api/client";
import { Figures } from "@/screens/today/figures";
import { Feed } from "@/screens/today/feed";
import { Health } from "@/screens/today/health";
import { Limits } from "@/screens/today/limits";
import { WorthChart } from "@/screens/today/worth-chart";
import { Choice, Loaded, Page, Panel } from "@/ui";

const PERIODS = [
  { name: "1D", title: "1D" },
  { name: "1W", title: "1W" },
  { name: "1M", title: "1M" },
  { name: "6M", title: "6M" },
  { name: "1Y", title: "1Y" },
  { name: "ALL", title: "All" },
] as const;

type Period = (typeof PERIODS)[number]["name"];

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
              <Panel title="Net liquidation" className="two-thirds">
                <WorthChart metrics={found} />
              </Panel>
              <Panel title="Risk against its limits" className="third">
                <Limits />
              </Panel>
              <Panel title="What happened" className="two-thirds" isFlush>
                <Feed recent={found.recent} />
              </Panel>
              <Panel title="Feeds and workers" className="third">
                <Health />
              </Panel>
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}
