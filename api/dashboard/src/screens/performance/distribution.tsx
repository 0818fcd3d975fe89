import type { Schemas } from "@/api/client";
import { ZeroBars } from "@/screens/performance/zero-bars";
import { DataTable, Empty, Panel, Quantity, type Column } from "@/ui";
import { ChartFrame } from "@/ui/chart-frame";
import { money, quantity } from "@/ui/format";
import { shortMoney } from "@/ui/scale";

type Bin = Schemas["BinRow"];

const COLUMNS: readonly Column<Bin>[] = [
  { id: "from", head: "from", cell: ({ low }) => money(low, { isSigned: true, digits: 0 }), sort: ({ low }) => low, isEnd: true },
  { id: "to", head: "below", cell: ({ high }) => money(high, { isSigned: true, digits: 0 }), isEnd: true },
  { id: "trades", head: "trades", cell: ({ trades }) => <Quantity value={trades} />, sort: ({ trades }) => trades, isEnd: true },
];

/** How often trades came to what. */
export function Distribution({ bins, className }: { bins: readonly Bin[]; className?: string }) {
  const label = "Trades by what they came to";
  const bars = bins.map(({ low, high, trades }) => ({
    id: String(low),
    label: shortMoney(low),
    title: `${money(low, { digits: 0 })} to ${money(high, { digits: 0 })}: ${trades} ${trades === 1 ? "trade" : "trades"}`,
    value: trades,
    isLoss: high <= 0,
  }));
  return (
    <Panel title="Distribution of results" className={className}>
      {bins.length === 0 ? (
        <Empty title="No trade is closed in this period.">Choose a longer one.</Empty>
      ) : (
        <ChartFrame
          label={label}
          legend={
            <>
              <span>trades by P&amp;L, from the amount below each bar</span>
              <span className="legend">
                <span className="swatch is-loss" aria-hidden="true" />
                lost, left of $0
              </span>
              <span className="legend">
                <span className="swatch is-profit" aria-hidden="true" />
                $0 and more
              </span>
            </>
          }
          chart={<ZeroBars label={label} bars={bars} format={(value) => quantity(value)} isWhole />}
          table={<DataTable caption={label} columns={COLUMNS} rows={bins} rowKey={({ low }) => String(low)} empty={null} maxHeight="240px" />}
        />
      )}
    </Panel>
  );
}
