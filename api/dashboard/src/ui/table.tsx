import { getCoreRowModel, getSortedRowModel, useReactTable, type ColumnDef, type SortingState } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState, type ReactNode } from "react";
import { classes } from "@/ui/classes";
import { Body, Head, type Drawn } from "@/ui/table-parts";

export interface Column<T> {
  id: string;
  head: string;
  cell: (row: T) => ReactNode;
  /** what it is sorted by; without it the column cannot be sorted. null comes last in either direction */
  sort?: (row: T) => string | number | null;
  /** figures stand at the end */
  isEnd?: boolean;
  /** text that may break into lines */
  isWide?: boolean;
  /** what the head means, as its tooltip */
  hint?: string;
}

export interface DataTableProps<T> {
  /** says what the rows are; heard, and seen unless the panel around says it already */
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  /** where a row leads: its first cell is the link */
  to?: (row: T) => string;
  /** or what opening it does */
  onOpen?: (row: T) => void;
  sortedBy?: { id: string; desc: boolean };
  empty: ReactNode;
  /** below 480 px: rows as cards, or the table scrolls within itself */
  narrow?: "cards" | "scroll";
  /** CSS length; the rows scroll below the head */
  maxHeight?: string;
  isCaptionShown?: boolean;
  /** its figures move all the time */
  isMoving?: boolean;
}

/** Of longer tables only the rows in sight are drawn; what moves costs most where nobody sees it. */
const VIRTUAL_FROM = 200;
const MOVING_FROM = 40;
const ROW_PX = 30;

/** A table with a sticky head, sorting, rows for the keyboard (j, k, Enter), and any number of rows. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { caption, columns, rows, rowKey, to, onOpen, sortedBy, empty, narrow = "scroll", maxHeight, isMoving = false } = props;
  const [sorting, setSorting] = useState<SortingState>(sortedBy === undefined ? [] : [sortedBy]);
  const frame = useRef<HTMLDivElement>(null);
  const definitions = useMemo(() => columns.map(definitionOf), [columns]);
  const data = useMemo(() => [...rows], [rows]);
  const table = useReactTable<T>({
    data,
    columns: definitions,
    state: { sorting },
    onSortingChange: setSorting,
    getRowId: rowKey,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    enableSortingRemoval: sortedBy === undefined,
  });
  const ordered = table.getRowModel().rows;
  const isVirtual = ordered.length > (isMoving ? MOVING_FROM : VIRTUAL_FROM);
  const virtual = useVirtualizer({
    count: ordered.length,
    enabled: isVirtual,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: isMoving ? 4 : 12,
  });
  const seen = virtual.getVirtualItems();
  const drawn: Drawn<T>[] = isVirtual
    ? seen.flatMap(({ index }) => ordered.slice(index, index + 1).map((found) => drawnOf(found, index)))
    : ordered.map(drawnOf);
  const before = isVirtual ? (seen[0]?.start ?? 0) : 0;
  const after = isVirtual ? virtual.getTotalSize() - (seen.at(-1)?.end ?? 0) : 0;
  const isOpened = to !== undefined || onOpen !== undefined;
  // what is inside takes the focus, or the frame itself has to
  const isReached = isOpened || columns.some((column) => column.sort !== undefined);
  const height = maxHeight ?? (isVirtual ? "70vh" : undefined);
  if (rows.length === 0) return <>{empty}</>;
  return (
    <div className="table-box">
      <div
        className="table-frame"
        ref={frame}
        style={height === undefined ? undefined : { maxHeight: height }}
        role={isReached ? undefined : "group"}
        aria-label={isReached ? undefined : caption}
        tabIndex={isReached ? undefined : 0}
      >
        <table
          className={classes("table", narrow === "cards" && "is-cards")}
          data-rows={isOpened ? "" : undefined}
          aria-rowcount={isVirtual ? ordered.length + 1 : undefined}
        >
          <caption className={classes(props.isCaptionShown !== true && "visually-hidden")}>{caption}</caption>
          <Head columns={columns} sorting={sorting[0]} onSort={(id) => table.getColumn(id)?.toggleSorting()} />
          <Body
            columns={columns}
            rows={drawn}
            before={before}
            after={after}
            to={to}
            onOpen={onOpen}
            measure={isVirtual ? virtual.measureElement : undefined}
          />
        </table>
      </div>
    </div>
  );
}

function drawnOf<T>({ id, original }: { id: string; original: T }, index: number): Drawn<T> {
  return { key: id, row: original, index };
}

function definitionOf<T>(column: Column<T>): ColumnDef<T> {
  const { sort } = column;
  if (sort === undefined) return { id: column.id, enableSorting: false };
  return {
    id: column.id,
    accessorFn: (row) => sort(row) ?? undefined,
    sortUndefined: "last",
    sortDescFirst: column.isEnd === true,
    sortingFn: (a, b, id) => compared(a.getValue(id), b.getValue(id)),
  };
}

function compared(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b));
}
