import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { DataTable, Empty, Money, Panel, Percent, Quantity, type Column } from "@/ui";

type Group = Schemas["GroupRow"];
type Row = Group & { share: number };

/** A figure in a table; why there is none is its tooltip, and heard. */
function told(figure: Schemas["FigureRow"], draw: (value: number) => ReactNode): ReactNode {
  if (figure.value !== null) return draw(figure.value);
  return (
    <span title={figure.reason}>
      <span aria-hidden="true">–</span>
      <span className="visually-hidden">{figure.reason}</span>
    </span>
  );
}

function columnsOf(head: string): readonly Column<Row>[] {
  return [
    { id: "name", head, cell: ({ name }) => name, sort: ({ name }) => name },
    { id: "trades", head: "trades", cell: ({ trades }) => <Quantity value={trades} />, sort: ({ trades }) => trades, isEnd: true },
    { id: "pnl", head: "P&L", cell: ({ pnl }) => <Money value={pnl} isChange />, sort: ({ pnl }) => pnl, isEnd: true },
    { id: "bar", head: "share", hint: "P&L beside the largest of the table", cell: ({ share }) => <ShareBar share={share} /> },
    {
      id: "win-rate",
      head: "won",
      hint: "win rate",
      cell: ({ win_rate }) => told(win_rate, (value) => <Percent value={value} digits={0} />),
      sort: ({ win_rate }) => win_rate.value,
      isEnd: true,
    },
    {
      id: "expectancy",
      head: "expectancy",
      hint: "dollars a trade",
      cell: ({ expectancy }) => told(expectancy, (value) => <Money value={value} digits={0} />),
      sort: ({ expectancy }) => expectancy.value,
      isEnd: true,
    },
    {
      id: "factor",
      head: "PF",
      hint: "profit factor: dollars won over dollars lost",
      cell: ({ profit_factor }) => told(profit_factor, (value) => <Quantity value={value} digits={2} />),
      sort: ({ profit_factor }) => profit_factor.value,
      isEnd: true,
    },
  ];
}

const COLUMNS = {
  engine: columnsOf("engine"),
  symbol: columnsOf("symbol"),
  regime: columnsOf("regime"),
  hour: columnsOf("hour"),
} as const;

const EMPTY = {
  engine: "No trade is closed in this period.",
  symbol: "No trade is closed in this period.",
  regime: "No trade of this period had a regime at its entry: regimes come with biases.",
  hour: "No trade is closed in this period.",
} as const;

interface GroupsProps {
  title: string;
  by: keyof typeof COLUMNS;
  groups: readonly Group[];
  className?: string;
}

/** Figures of trades that have something in common, with what they made as bars. */
export function Groups({ title, by, groups, className }: GroupsProps) {
  const most = Math.max(0.01, ...groups.map(({ pnl }) => Math.abs(pnl)));
  const rows = groups.map((group) => ({ ...group, name: by === "hour" ? `${group.name}:00` : group.name, share: group.pnl / most }));
  return (
    <Panel title={title} isFlush className={className}>
      <DataTable
        caption={title}
        columns={COLUMNS[by]}
        rows={rows}
        rowKey={({ name }) => name}
        sortedBy={by === "hour" ? { id: "name", desc: false } : { id: "pnl", desc: true }}
        narrow="cards"
        maxHeight="320px"
        empty={<Empty title={EMPTY[by]} />}
      />
    </Panel>
  );
}

function ShareBar({ share }: { share: number }) {
  const width = Math.abs(share) * 50;
  return (
    <span className="share" aria-hidden="true">
      <span className={share < 0 ? "is-loss" : "is-profit"} style={{ left: `${share < 0 ? 50 - width : 50}%`, width: `${width}%` }} />
    </span>
  );
}
