import { useState } from "react";
import { Link } from "wouter";
import { $api, type Schemas } from "@/api/client";
import { useMark } from "@/live";
import { Badge, Button, DataTable, Empty, Loaded, Money, Page, Panel, Quantity, useMay, When, type Column } from "@/ui";
import { words } from "@/ui/format";
import { Charts } from "./charts";
import { CloseDialog } from "./close-dialog";
import { contractName } from "./contract";
import { exitName } from "./exits";
import { ExitsPanel } from "./exits-panel";
import { Lineage } from "./lineage";
import { ClosedFigures, HeldFigures } from "./position-figures";
import { usePositionChart } from "./use-chart";

type Detail = Schemas["PositionDetail"];

const ORDERS: readonly Column<Detail["orders"][number]>[] = [
  { id: "side", head: "side", cell: (row) => words(row.side) },
  { id: "quantity", head: "qty", cell: (row) => <Quantity value={row.quantity} />, isEnd: true },
  { id: "limit", head: "limit", cell: (row) => <Money value={row.limit_price} />, isEnd: true },
  { id: "trigger", head: "trigger", hint: "the price that called for it", cell: (row) => <Money value={row.trigger_price} />, isEnd: true },
  { id: "status", head: "status", cell: (row) => <Badge>{words(row.status)}</Badge> },
  { id: "exit", head: "exit", cell: (row) => exitName(row.exit_reason) },
  { id: "at", head: "placed", cell: (row) => <When at={row.created_at} /> },
  { id: "filled", head: "filled", cell: (row) => <When at={row.filled_at} /> },
  { id: "failure", head: "failure", cell: (row) => row.failure_reason ?? "–", isWide: true },
];

const FILLS: readonly Column<Detail["fills"][number]>[] = [
  { id: "side", head: "side", cell: (row) => words(row.side) },
  { id: "quantity", head: "qty", cell: (row) => <Quantity value={row.fill_quantity} />, isEnd: true },
  { id: "price", head: "price", cell: (row) => <Money value={row.fill_price} />, isEnd: true },
  { id: "commission", head: "commission", cell: (row) => <Money value={row.commission} />, isEnd: true },
  { id: "exit", head: "exit", cell: (row) => exitName(row.exit_reason) },
  { id: "at", head: "filled", cell: (row) => <When at={row.fill_timestamp} /> },
];

const TONES = { open: "good", closing: "warning", closed: "plain" } as const;

/** One position: its charts, what would take it out, where it came from, and how to end it. */
export function PositionPage({ id }: { id: string }) {
  const query = $api.useQuery("get", "/positions/{position_id}", { params: { path: { position_id: id } } });
  const position = query.data;
  if (position === undefined) {
    return (
      <Page title="Position" actions={<Link href="/positions">All positions</Link>}>
        <Panel title="Position">
          <Loaded query={query} what="the position">
            {() => null}
          </Loaded>
        </Panel>
      </Page>
    );
  }
  return (
    <Page title={contractName(position)} actions={<Actions position={position} />}>
      <Loaded query={query} what="the position">
        {(found) => <Found position={found} />}
      </Loaded>
    </Page>
  );
}

function Actions({ position }: { position: Detail }) {
  const [isClosing, setClosing] = useState(false);
  const mayNotTrade = useMay("trade");
  const over = { open: null, closing: "It is closing already: its exit is on its way.", closed: "It is closed." };
  return (
    <>
      {position.is_test && <Badge>test</Badge>}
      <Badge tone={TONES[position.status]}>{position.status}</Badge>
      <Link href={position.status === "closed" ? "/positions?tab=closed" : "/positions"}>All positions</Link>
      {position.status !== "closed" && (
        <Button tone="danger" disabledReason={over[position.status] ?? mayNotTrade} onClick={() => setClosing(true)}>
          Close …
        </Button>
      )}
      {isClosing && <CloseDialog position={position} onClose={() => setClosing(false)} />}
    </>
  );
}

function Found({ position }: { position: Detail }) {
  const mark = useMark(position.position_id);
  const chart = usePositionChart(position.position_id, mark);
  const isClosed = position.status === "closed";
  return (
    <>
      {isClosed ? <ClosedFigures position={position} /> : <HeldFigures position={position} />}
      {!isClosed && <ExitsPanel position={position} />}
      <div className="position-grid">
        <div className="stack">
          <Charts position={position} query={chart} mark={isClosed ? null : mark} />
          <Panel title="Orders" isFlush>
            <DataTable
              caption="Orders"
              columns={ORDERS}
              rows={position.orders}
              rowKey={(row) => row.order_id}
              narrow="cards"
              empty={<Empty title="None is in the history yet." />}
            />
          </Panel>
        </div>
        <div className="stack">
          <Lineage position={position} chart={chart.data} />
          <Panel title="Fills" isFlush>
            <DataTable
              caption="Fills"
              columns={FILLS}
              rows={position.fills}
              rowKey={(row) => row.trade_id}
              narrow="cards"
              empty={<Empty title="None is in the history yet." />}
            />
          </Panel>
        </div>
      </div>
    </>
  );
}
