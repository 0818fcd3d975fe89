/** What happened, one line each: from the stream's facts in the same form as the list of recent activity. Pure. */
import type { Schemas } from "@/api/client";
import type { LiveEvent } from "@/live/events";

export type Happening = Schemas["Activity"];

const BLANK = {
  direction: null,
  pnl: null,
  position_id: null,
  price: null,
  quantity: null,
  signal_id: null,
} as const;

/** Return an event as a line, or null when it is none: states and updates are not things that happened. */
export function happeningOf(event: LiveEvent): Happening | null {
  switch (event.event) {
    case "signal": {
      const { signal_id, created_at, symbol, direction, price, timeframe } = event.data;
      return {
        ...BLANK,
        kind: "signal",
        id: signal_id,
        at: created_at,
        symbol,
        what: timeframe,
        direction,
        price,
        signal_id,
      };
    }
    case "decision": {
      const { decision_id, created_at, symbol, direction, signal_id, status, rejection_reason } = event.data;
      return {
        ...BLANK,
        kind: "decision",
        id: decision_id,
        at: created_at,
        symbol,
        what: rejection_reason ?? status,
        direction,
        signal_id,
      };
    }
    case "order": {
      if (event.data.change !== "placed") return null;
      const { order_id, created_at, symbol, side, direction, limit_price, quantity, position_id, signal_id } = event.data;
      return {
        ...BLANK,
        kind: "order",
        id: order_id,
        at: created_at,
        symbol,
        what: side,
        direction,
        price: limit_price,
        quantity,
        position_id,
        signal_id,
      };
    }
    case "fill": {
      const { trade_id, created_at, symbol, side, fill_price, fill_quantity, position_id, signal_id } = event.data;
      return {
        ...BLANK,
        kind: "fill",
        id: trade_id,
        at: created_at,
        symbol,
        what: side,
        price: fill_price,
        quantity: fill_quantity,
        position_id,
        signal_id,
      };
    }
    case "position": {
      if (event.data.change !== "closed") return null;
      const { position_id, exit_timestamp, entry_timestamp, symbol, direction, signal_id } = event.data;
      return {
        kind: "exit",
        id: position_id,
        at: exit_timestamp ?? entry_timestamp,
        symbol,
        what: event.data.exit_reason ?? "closed",
        direction,
        price: event.data.exit_price ?? null,
        quantity: event.data.initial_quantity ?? event.data.quantity,
        pnl: event.data.realized_pnl ?? null,
        position_id,
        signal_id,
      };
    }
    default:
      return null;
  }
}

/** Return two lists as one, newest first, each thing once. */
export function merged(one: readonly Happening[], other: readonly Happening[]): Happening[] {
  const found = new Map<string, Happening>();
  for (const happening of [...one, ...other]) {
    // an exit is known by its position: the list names the outcome, the stream does not
    const key = `${happening.kind} ${happening.kind === "exit" ? happening.position_id : happening.id}`;
    if (!found.has(key)) found.set(key, happening);
  }
  return [...found.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}
