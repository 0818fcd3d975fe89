/** Closing by hand: what it would come to, and how far it has come. Pure. */
import type { Schemas } from "@/api/client";
import { pnlAt } from "./exits";

type Detail = Pick<Schemas["PositionDetail"], "status" | "quantity" | "entry_price" | "closing" | "orders" | "realized_pnl" | "exit_price">;
type Accepted = Pick<Schemas["ClosingAccepted"], "quantity" | "requested_at">;

export interface Expected {
  /** dollars a share; null: nobody bids, or there is no quote */
  price: number | null;
  /** dollars, before commission */
  pnl: number | null;
  proceeds: number | null;
}

/**
 * Return what selling contracts would come to.
 *
 * mark  the newest, dollars a share: on the paper exchange the expected price is the mid, which it goes on with
 */
export function expectedOf(position: Detail, contracts: number, mark: number | null): Expected {
  const { closing, entry_price } = position;
  const told = closing?.expected_price ?? null;
  const isMid = closing !== null && closing !== undefined && told !== null && told === closing.mid;
  const price = isMid && mark !== null ? mark : told;
  if (price === null) return { price, pnl: null, proceeds: null };
  return { price, pnl: pnlAt(price, entry_price, contracts), proceeds: pnlAt(price, 0, contracts) };
}

/** Return the contracts that were written into a field, or what is wrong with them. */
export function contractsIn(text: string, held: number): { contracts: number; wrong: null } | { contracts: null; wrong: string } {
  const contracts = /^\d{1,6}$/.test(text.trim()) ? Number(text) : 0;
  if (contracts < 1 || contracts > held) return { contracts: null, wrong: `A whole number from 1 to ${held}` };
  return { contracts, wrong: null };
}

export interface Progress {
  step: "asked" | "working" | "done" | "failed";
  /** contracts sold so far by the orders that followed */
  sold: number;
  order: Schemas["OrderRow"] | null;
}

const OVER: ReadonlySet<string> = new Set(["failed", "canceled", "expired", "busted"]);

/** Return how far a request has come, as the position's orders since it tell. */
export function progressOf(position: Detail, accepted: Accepted): Progress {
  const since = Date.parse(accepted.requested_at);
  const orders = position.orders.filter(({ side, created_at }) => side === "sell_to_close" && Date.parse(created_at) >= since);
  const sold = orders.reduce((sum, { quantity, remaining_quantity, status }) => {
    return sum + (status === "filled" || status === "corrected" ? quantity : status === "partially_filled" ? quantity - (remaining_quantity ?? quantity) : 0);
  }, 0);
  const order = orders.at(-1) ?? null;
  if (position.status === "closed" || sold >= accepted.quantity) return { step: "done", sold, order };
  if (order === null) return { step: "asked", sold, order };
  return { step: OVER.has(order.status) ? "failed" : "working", sold, order };
}

