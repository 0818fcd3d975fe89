import type { ColumnSort } from "@tanstack/react-table";
import { memo, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { classes } from "@/ui/classes";
import type { Column } from "@/ui/table";

export interface Drawn<T> {
  key: string;
  row: T;
  /** among all rows */
  index: number;
}

interface HeadProps<T> {
  columns: readonly Column<T>[];
  sorting: ColumnSort | undefined;
  onSort: (id: string) => void;
}

export function Head<T>({ columns, sorting, onSort }: HeadProps<T>) {
  return (
    <thead>
      <tr>
        {columns.map(({ id, head, isEnd, sort, hint }) => {
          const isSorted = sorting?.id === id;
          const order = isSorted ? (sorting.desc ? "descending" : "ascending") : undefined;
          return (
            <th key={id} scope="col" className={classes(isEnd && "is-end")} aria-sort={order} title={hint}>
              {sort === undefined ? (
                head
              ) : (
                <button type="button" className="sort" onClick={() => onSort(id)}>
                  {head}
                  <span aria-hidden="true">{isSorted ? (sorting.desc ? "↓" : "↑") : ""}</span>
                </button>
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

interface BodyProps<T> {
  columns: readonly Column<T>[];
  rows: readonly Drawn<T>[];
  /** pixels of the rows that are not drawn */
  before: number;
  after: number;
  to: ((row: T) => string) | undefined;
  onOpen: ((row: T) => void) | undefined;
  /** has the height of a row known, in a table that draws only those in sight */
  measure: ((element: HTMLTableRowElement | null) => void) | undefined;
}

export function Body<T>({ columns, rows, before, after, to, onOpen, measure }: BodyProps<T>) {
  const [, navigate] = useLocation();
  return (
    <tbody>
      <Spacer px={before} span={columns.length} />
      {rows.map(({ key, row, index }) => (
        <Row
          key={key}
          row={row}
          index={index}
          columns={columns}
          href={to?.(row)}
          onOpen={onOpen}
          navigate={navigate}
          measure={measure}
        />
      ))}
      <Spacer px={after} span={columns.length} />
    </tbody>
  );
}

interface RowProps<T> {
  row: T;
  index: number;
  columns: readonly Column<T>[];
  /** where it leads */
  href: string | undefined;
  /** or what opening it does */
  onOpen: ((row: T) => void) | undefined;
  navigate: (href: string) => void;
  measure: ((element: HTMLTableRowElement | null) => void) | undefined;
}

/** Drawn again when its own row is another one, not whenever the table is. */
const Row = memo(function Row<T>({ row, index, columns, href, onOpen, navigate, measure }: RowProps<T>) {
  return (
    <tr
      ref={measure}
      data-index={index}
      className={classes((href ?? onOpen) !== undefined && "is-open")}
      onClick={(event) => {
        // what is in a row and acts itself, its opener too, is not the row
        const isControl = (event.target as Element).closest("a, button, input, select, label") !== null;
        if (isControl || window.getSelection()?.isCollapsed === false) return;
        if (href === undefined) onOpen?.(row);
        else navigate(href);
      }}
    >
      {columns.map((column, number) => (
        <td
          key={column.id}
          data-label={column.head}
          className={classes(column.isEnd && "is-end", column.isWide && "is-wide")}
        >
          {number === 0 ? <Opener row={row} href={href} onOpen={onOpen} cell={column.cell(row)} /> : column.cell(row)}
        </td>
      ))}
    </tr>
  );
}) as <T>(props: RowProps<T>) => ReactNode;

function Spacer({ px, span }: { px: number; span: number }) {
  if (px <= 0) return null;
  return (
    <tr aria-hidden="true">
      <td colSpan={span} style={{ height: px, padding: 0 }} />
    </tr>
  );
}

interface OpenerProps<T> {
  row: T;
  href: string | undefined;
  onOpen: ((row: T) => void) | undefined;
  cell: ReactNode;
}

function Opener<T>({ row, href, onOpen, cell }: OpenerProps<T>) {
  if (href !== undefined) {
    return (
      <Link href={href} className="opener" data-opener="">
        {cell}
      </Link>
    );
  }
  if (onOpen === undefined) return cell;
  return (
    <button type="button" className="opener" data-opener="" onClick={() => onOpen(row)}>
      {cell}
    </button>
  );
}
