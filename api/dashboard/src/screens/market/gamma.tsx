import { useState } from "react";
import type { Schemas } from "@/api/client";
import { AsOf } from "@/screens/market/as-of";
import { digitsOf, GexChart } from "@/screens/market/gex-chart";
import { levelsOf, nearest, type Measure, type Strike } from "@/screens/market/gex";
import { Choice, DataTable, Empty, Panel, Quantity, type Column } from "@/ui";
import { ChartFrame } from "@/ui/chart-frame";
import { quantity } from "@/ui/format";
import { shortMoney } from "@/ui/scale";

const COLUMNS: readonly Column<Strike>[] = [
  {
    id: "strike",
    head: "strike",
    cell: ({ strike }) => quantity(strike, { digits: digitsOf(strike) }),
    sort: ({ strike }) => strike,
    isEnd: true,
  },
  { id: "net", head: "net GEX", cell: ({ net_gex }) => shortMoney(net_gex, { isSigned: true }), sort: ({ net_gex }) => net_gex, isEnd: true },
  { id: "call", head: "call GEX", cell: ({ call_gex }) => shortMoney(call_gex), sort: ({ call_gex }) => call_gex, isEnd: true },
  { id: "put", head: "put GEX", cell: ({ put_gex }) => shortMoney(put_gex), sort: ({ put_gex }) => put_gex, isEnd: true },
  {
    id: "call-oi",
    head: "call OI",
    hint: "open interest, contracts",
    cell: ({ call_open_interest }) => <Quantity value={call_open_interest} />,
    sort: ({ call_open_interest }) => call_open_interest,
    isEnd: true,
  },
  {
    id: "put-oi",
    head: "put OI",
    hint: "open interest, contracts",
    cell: ({ put_open_interest }) => <Quantity value={put_open_interest} />,
    sort: ({ put_open_interest }) => put_open_interest,
    isEnd: true,
  },
];

const MEASURES = [
  { name: "exposure", title: "GEX" },
  { name: "open-interest", title: "Open interest" },
] as const satisfies readonly { name: Measure; title: string }[];

const SPANS = [
  { name: "30", title: "30 strikes" },
  { name: "80", title: "80" },
  { name: "all", title: "all" },
] as const;

export function Gamma({ gamma, className }: { gamma: Schemas["GammaContext"]; className?: string }) {
  const [measure, setMeasure] = useState<Measure>("exposure");
  const [span, setSpan] = useState<(typeof SPANS)[number]["name"]>("30");
  const { strikes, price } = gamma;
  const shown = span === "all" ? strikes : nearest(strikes, price, Number(span));
  const isPriced = strikes.some(({ call_gex, put_gex }) => call_gex !== 0 || put_gex !== 0);
  const drawn = isPriced ? measure : "open-interest";
  const label = drawn === "exposure" ? `Gamma exposure of ${gamma.symbol} by strike` : `Open interest of ${gamma.symbol} by strike`;
  const choices = strikes.length > 0 && (
    <>
      {isPriced && <Choice label="What is measured" options={MEASURES} chosen={measure} onChoose={setMeasure} />}
      {strikes.length > Number(SPANS[0].name) && <Choice label="Strikes around the price" options={SPANS} chosen={span} onChoose={setSpan} />}
    </>
  );
  return (
    <Panel title="Gamma by strike" actions={choices} className={className}>
      {strikes.length === 0 ? (
        <Empty title={gamma.chain_at === null ? "No chain has come yet." : "The chain tells no open interest."}>
          {gamma.chain_at === null
            ? "Send one to the chain webhook, or switch a provider on: exposure by strike is worked out from it."
            : "Exposure is worked out from open interest: send it with the contracts."}
        </Empty>
      ) : (
        <ChartFrame
          label={label}
          legend={<Legend measure={drawn} shown={shown.length} all={strikes.length} />}
          chart={<GexChart label={label} strikes={shown} levels={levelsOf(gamma)} measure={drawn} />}
          table={<DataTable caption={label} columns={COLUMNS} rows={shown} rowKey={({ strike }) => String(strike)} empty={null} maxHeight="300px" />}
          foot={
            <figcaption className="attribution row">
              <span>{drawn === "exposure" ? "Dollars a percent move" : "Contracts"}, all expirations alive.</span>
              <AsOf what="Chain of" at={gamma.chain_at} now={gamma.at} />
            </figcaption>
          }
        />
      )}
    </Panel>
  );
}

function Legend({ measure, shown, all }: { measure: Measure; shown: number; all: number }) {
  return (
    <>
      <span className="legend">
        <span className="swatch is-call" aria-hidden="true" />
        calls, above zero
      </span>
      <span className="legend">
        <span className="swatch is-put" aria-hidden="true" />
        puts, below
      </span>
      {measure === "exposure" && (
        <span className="legend">
          <span className="legend-line" aria-hidden="true" />
          net
        </span>
      )}
      <span>
        {shown} of {all} strikes
      </span>
    </>
  );
}
