/** The rows of the list of signals: those that were read, and over them what the stream has said since. Pure. */
import type { Schemas } from "@/api/client";
import type { Happening } from "@/live";
import type { Filters } from "./filters";

export type Row = Pick<
  Schemas["SignalListed"],
  | "signal_id"
  | "symbol"
  | "direction"
  | "timeframe"
  | "confidence"
  | "status"
  | "rejection_reason"
  | "engine"
  | "gate"
  | "says"
  | "is_test"
  | "created_at"
>;

/** Where a row stands: newest first, and of one instant by id. */
export interface Place {
  at: number;
  id: string;
}

export function placeOf(row: Row): Place {
  return { at: Date.parse(row.created_at), id: row.signal_id };
}

function isNewer(row: Row, than: Place): boolean {
  const { at, id } = placeOf(row);
  return at > than.at || (at === than.at && id > than.id);
}

/**
 * Return the rows with what happened since laid over them, newest first.
 *
 * A decision ends the signal's row. A signal that is not among the rows is put at the top, unless a filter asks for
 * what the stream does not say of it: then it comes when the list is read again.
 */
export function laid(rows: readonly Row[], happenings: readonly Happening[], filters: Filters): Row[] {
  const found = new Map(rows.map((row) => [row.signal_id, row]));
  const newest = rows[0] === undefined ? null : placeOf(rows[0]);
  // oldest first: a decision comes after its signal
  for (const happening of [...happenings].reverse()) {
    const { kind, signal_id: id } = happening;
    if (id === null) continue;
    const known = found.get(id);
    if (kind === "signal" && known === undefined) {
      const row = rowOf(happening, id);
      if (row !== null && (newest === null || isNewer(row, newest))) found.set(id, row);
    } else if (kind === "decision" && known?.status === "pending") {
      const isApproved = happening.what === "approved";
      found.set(id, {
        ...known,
        status: isApproved ? "approved" : "rejected",
        rejection_reason: isApproved ? null : happening.what,
      });
    }
  }
  const read = new Set(rows.map((row) => row.signal_id));
  return [...found.values()]
    .filter((row) => read.has(row.signal_id) || isWanted(row, filters))
    .sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at) || (a.signal_id < b.signal_id ? 1 : -1));
}

function rowOf({ at, symbol, direction, what }: Happening, id: string): Row | null {
  if (direction !== "long" && direction !== "short") return null;
  return {
    signal_id: id,
    symbol,
    direction,
    timeframe: what,
    confidence: null,
    status: "pending",
    rejection_reason: null,
    engine: null,
    gate: null,
    says: null,
    is_test: false,
    created_at: at,
  };
}

/** Whether the stream says enough of a new row to know that it belongs here. */
function isWanted(row: Row, { symbol, direction, status, engine, gate, from, to }: Filters): boolean {
  return (
    engine === "" &&
    gate === "" &&
    from === "" &&
    to === "" &&
    (symbol === "" || symbol === row.symbol) &&
    (direction === "" || direction === row.direction) &&
    (status === "" || status === row.status)
  );
}

/** Return the rows up to a place: what came since waits, so that what is read does not move. null: all of them. */
export function upTo(rows: readonly Row[], place: Place | null): Row[] {
  return place === null ? [...rows] : rows.filter((row) => !isNewer(row, place));
}
