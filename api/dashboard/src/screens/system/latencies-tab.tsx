import { useState } from "react";
import { $api, type Schemas } from "@/api/client";
import { milliseconds } from "@/screens/system/line";
import { BarChart, Choice, Empty, Loaded, Panel, Stat, Stats } from "@/ui";
import { quantity } from "@/ui/format";

type Span = Schemas["SpanRow"];

const TITLES: Record<Span["span"], string> = {
  webhook: "Answering a webhook",
  signal_to_decision: "Webhook to decision",
  signal_to_fill: "Webhook to fill",
  tick_to_exit: "Tick to exit",
  exit_to_fill: "Exit to fill",
};

const HOURS = [
  { name: "1", title: "1 h" },
  { name: "24", title: "24 h" },
  { name: "168", title: "7 d" },
] as const;

const AGAIN_MS = 30_000;

/** How long the platform took, as histograms. */
export function LatenciesTab() {
  const [hours, setHours] = useState<"1" | "24" | "168">("24");
  const latencies = $api.useQuery(
    "get",
    "/monitoring/latencies",
    { params: { query: { hours: Number(hours) } } },
    { refetchInterval: AGAIN_MS, placeholderData: (before) => before },
  );
  return (
    <div className="page">
      <Choice label="Period" options={HOURS} chosen={hours} onChoose={setHours} />
      <Loaded query={latencies} what="latencies">
        {({ items }) => (
          <div className="columns">
            {items.map((item) => (
              <div key={item.span} className="half">
                <SpanPanel item={item} />
              </div>
            ))}
          </div>
        )}
      </Loaded>
    </div>
  );
}

function SpanPanel({ item }: { item: Span }) {
  const { span, reason, count, p50, p95, p99, longest, bins } = item;
  const title = TITLES[span];
  return (
    <Panel title={title}>
      {count === 0 ? (
        <Empty title={reason === "" ? "None in this time." : "It cannot be measured."}>
          {reason === "" ? "Choose a longer period, or send a test alert." : `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}.`}
        </Empty>
      ) : (
        <div className="stack latency">
          <Stats label={title}>
            <Stat label="p50">{milliseconds(p50)}</Stat>
            <Stat label="p95">{milliseconds(p95)}</Stat>
            <Stat label="p99">{milliseconds(p99)}</Stat>
            <Stat label="longest" note={`of ${quantity(count)}`}>
              {milliseconds(longest)}
            </Stat>
          </Stats>
          <BarChart
            label={title}
            heads={{ label: "milliseconds", value: "how many, by milliseconds" }}
            bars={bins.map((bin) => ({ label: rangeOf(bin), value: bin.count }))}
            height={140}
          />
        </div>
      )}
    </Panel>
  );
}

function rangeOf({ low, high }: Span["bins"][number]): string {
  // from a second on in seconds: labels of five digits run into each other
  const [by, unit] = (high ?? low) < 1_000 ? [1, ""] : [1_000, " s"];
  return high === null ? `${low / by}${unit} or more` : `${low / by}–${high / by}${unit}`;
}
