import { useMemo, useRef, useState } from "react";
import { useSearchParams } from "wouter";
import { $api } from "@/api/client";
import type { paths } from "@/api/schema";
import { useLive, type Happening } from "@/live";
import { useReadAgain } from "@/live/read-again";
import { Badge, Button, DataTable, Empty, Loaded, Page, Panel, When, type Column } from "@/ui";
import { words } from "@/ui/format";
import { filtersOf, NAMES, queryOf, withFilter, type Filters } from "./filters";
import { Narrowing } from "./narrowing";
import { useReading } from "./reading";
import { laid, placeOf, upTo, type Place, type Row } from "./rows";

const LIMIT = 50;
const ENDINGS: readonly Happening["kind"][] = ["decision"];
const OLD: readonly (keyof paths)[] = ["/signals/refusals"];

const STATUS = {
  pending: { tone: "warning", text: "pending" },
  approved: { tone: "good", text: "✓ traded" },
  rejected: { tone: "bad", text: "✕ refused" },
} as const;

const COLUMNS: readonly Column<Row>[] = [
  { id: "symbol", head: "symbol", cell: (row) => row.symbol },
  { id: "at", head: "taken in", cell: (row) => <When at={row.created_at} /> },
  {
    id: "direction",
    head: "direction",
    cell: (row) => (row.direction === "long" ? "▲ long" : "▼ short"),
  },
  { id: "timeframe", head: "timeframe", cell: (row) => row.timeframe },
  { id: "confidence", head: "confidence", cell: (row) => row.confidence ?? "–", isEnd: true },
  { id: "engine", head: "engine", cell: (row) => row.engine ?? "–", hint: "the engine that trades, or is assigned" },
  {
    id: "status",
    head: "status",
    cell: (row) => (
      <>
        <Badge tone={STATUS[row.status].tone}>{STATUS[row.status].text}</Badge>
        {row.is_test && <Badge>test</Badge>}
      </>
    ),
  },
  {
    id: "why",
    head: "refused for",
    isWide: true,
    cell: (row) => (row.status === "rejected" ? (row.says ?? words(row.rejection_reason)) : "–"),
  },
];

export function Signals() {
  const [search, setSearch] = useSearchParams();
  const filters = filtersOf(search);
  useReadAgain(ENDINGS, OLD);
  return (
    <Page title="Signals and decisions">
      <Narrowing
        filters={filters}
        onChange={(name, value) => {
          if (filters[name] !== value) setSearch(withFilter(search, name, value), { replace: true });
        }}
        onClear={() =>
          setSearch(
            NAMES.reduce((left, name) => withFilter(left, name, ""), search),
            { replace: true },
          )
        }
      />
      <Panel title="Signals" isFlush>
        <List key={JSON.stringify(filters)} filters={filters} />
      </Panel>
    </Page>
  );
}

function List({ filters }: { filters: Filters }) {
  const query = $api.useInfiniteQuery(
    "get",
    "/signals",
    { params: { query: { ...queryOf(filters), limit: LIMIT } } },
    // null, for undefined would be asked for as 0
    { pageParamName: "cursor", initialPageParam: null, getNextPageParam: (page) => page.next_cursor ?? undefined },
  );
  return (
    <Loaded query={query} what="signals">
      {({ pages }) => (
        <>
          <Rows read={pages.flatMap(({ items }) => items)} filters={filters} />
          {query.hasNextPage && (
            <div className="more">
              <Button
                disabledReason={query.isFetchingNextPage ? "They are being read." : null}
                onClick={() => void query.fetchNextPage()}
              >
                {query.isFetchingNextPage ? "Loading …" : "Older signals"}
              </Button>
            </div>
          )}
        </>
      )}
    </Loaded>
  );
}

/** New signals stand at the top as they come; while somebody reads the list they wait, and are counted. */
function Rows({ read, filters }: { read: readonly Row[]; filters: Filters }) {
  const happenings = useLive((state) => state.happenings);
  const rows = useMemo(() => laid(read, happenings, filters), [read, happenings, filters]);
  const top = useRef<HTMLDivElement>(null);
  const { isReading, handlers } = useReading(top);
  const [seen, setSeen] = useState<Place | null>(null);
  const newest = rows[0] === undefined ? null : placeOf(rows[0]);
  // what is at the top when somebody begins to read stays there
  if (isReading && seen === null && newest !== null) setSeen(newest);
  if (!isReading && seen !== null) setSeen(null);
  const shown = upTo(rows, seen);
  const waiting = rows.length - shown.length;
  return (
    <div ref={top} className="signals" {...handlers}>
      <div className="signals-new" role="status">
        {waiting > 0 && (
          <Button tone="primary" onClick={() => setSeen(newest)}>
            ↑ {waiting === 1 ? "1 new signal" : `${waiting} new signals`}
          </Button>
        )}
      </div>
      <DataTable
        caption="Signals, newest first"
        columns={COLUMNS}
        rows={shown}
        rowKey={(row) => row.signal_id}
        to={(row) => `/decisions/${row.signal_id}`}
        narrow="cards"
        empty={<None filters={filters} />}
      />
    </div>
  );
}

function None({ filters }: { filters: Filters }) {
  if (NAMES.some((name) => filters[name] !== "")) {
    return <Empty title="No signal is like this.">Widen what you ask for, or show all.</Empty>;
  }
  return (
    <Empty title="No signal has come yet.">
      Send one from TradingView, or a test alert from the screen Webhooks: it stands here at once, with what became of it.
    </Empty>
  );
}
