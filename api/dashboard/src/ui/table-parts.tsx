import type { ColumnSort } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { classes } from "@/ui/classes";
import type { Column } from "@/ui/table";

export interface Drawn<T> {
  key: string;
  row: T;
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
}

export function Body<T>({ columns, rows, before, after, to, onOpen }: BodyProps<T>) {
  return (
    <tbody>
      <Spacer px={before} span={columns.length} />
      {rows.map(({ key, row }) => (
        <tr
          key={key}
          className={classes(onOpen !== undefined && "is-open")}
          onClick={(event) => {
            // what is in a row and acts itself, its opener too, is not the row
            const isControl = (event.target as Element).closest("a, button, input, select, label") !== null;
            if (!isControl && window.getSelection()?.isCollapsed !== false) onOpen?.(row);
          }}
        >
          {columns.map((column, number) => (
            <td
              key={column.id}
              data-label={column.head}
              className={classes(column.isEnd && "is-end", column.isWide && "is-wide")}
            >
              {number === 0 ? <Opener row={row} to={to} onOpen={onOpen} cell={column.cell(row)} /> : column.cell(row)}
            </td>
          ))}
        </tr>
      ))}
      <Spacer px={after} span={columns.length} />
    </tbody>
  );
}

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
  to: ((row: T) => string) | undefined;
  onOpen: ((row: T) => void) | undefined;
  cell: ReactNode;
}

function Opener<T>({ row, to, onOpen, cell }: OpenerProps<T>) {
  if (to !== undefined) {
    return (
      <Link href={to(row)} className="opener" data-opener="">
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
