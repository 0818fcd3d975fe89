import type { Schemas } from "@/api/client";
import { Badge, Empty, Pairs, Panel, Quantity } from "@/ui";
import { Change } from "@/screens/market/change";
import { shortMoney } from "@/ui/scale";

type FlowNow = Schemas["FlowNow"];

/** Options flow of the day: what was paid for calls and puts, by who began the trade. */
export function Flow({ flow, className }: { flow: FlowNow | null; className?: string }) {
  return (
    <Panel
      title="Options flow"
      className={className}
      actions={flow !== null && !flow.is_today && <Badge tone="warning" title="Decisions look at today's only">of {flow.day}, not today</Badge>}
    >
      {flow === null ? (
        <Empty title="No flow has come yet.">Send options trades to the flow webhook: the Webhooks screen has its address.</Empty>
      ) : (
        <div className="stack">
          <Pairs>
            <dt>Net flow</dt>
            <dd>
              <Change value={flow.netflow} /> <span className="muted">{leaning(flow.netflow)}</span>
            </dd>
            <dt>Day, entries</dt>
            <dd>
              {flow.day}, <Quantity value={flow.entries} />
            </dd>
            <dt>Puts to calls</dt>
            <dd>{flow.call_premium === 0 ? "– no call was traded" : <Quantity value={flow.put_premium / flow.call_premium} digits={2} />}</dd>
          </Pairs>
          <PremiumBars flow={flow} />
        </div>
      )}
    </Panel>
  );
}

function leaning(netflow: number): string {
  return netflow > 0 ? "bullish: calls bought and puts sold outweigh" : netflow < 0 ? "bearish: puts bought and calls sold outweigh" : "even";
}

function PremiumBars({ flow }: { flow: FlowNow }) {
  const rows = [
    { name: "Calls bought", value: flow.call_bought, isBullish: true },
    { name: "Calls sold", value: flow.call_sold, isBullish: false },
    { name: "Puts bought", value: flow.put_bought, isBullish: false },
    { name: "Puts sold", value: flow.put_sold, isBullish: true },
  ];
  const most = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <table className="premiums">
      <caption className="visually-hidden">Premium by side, dollars</caption>
      <tbody>
        {rows.map(({ name, value, isBullish }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className="premium-bar">
              <span className={isBullish ? "is-bullish" : "is-bearish"} style={{ width: `${(value / most) * 100}%` }} />
            </td>
            <td className="is-end">{shortMoney(value)}</td>
            <td className="muted">{isBullish ? "▲ bullish" : "▼ bearish"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
