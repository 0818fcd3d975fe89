/** What the page knows from the stream, and what each event makes of it. Pure. */
import type { Schemas } from "@/api/client";
import type { EventData, LiveEvent } from "@/live/events";
import { happeningOf, type Happening } from "@/live/happenings";

export type Position = EventData["position"];
export type Mark = EventData["mark"];
export type Price = EventData["market"];

export interface LiveState {
  /** positions and risk have been told: until then nothing is known of them */
  isKnown: boolean;
  /** held positions as told last, by id; their marks go on in `marks` */
  positions: ReadonlyMap<string, Position>;
  marks: ReadonlyMap<string, Mark>;
  /** newest prices of underlyings, by symbol */
  prices: ReadonlyMap<string, Price>;
  account: Schemas["AccountTold"] | null;
  risk: Schemas["RiskTold"] | null;
  /** newest first */
  happenings: readonly Happening[];
  /** what a person should know, newest first */
  alerts: readonly Schemas["AlertTold"][];
}

export const HAPPENINGS_MAX = 200;
const ALERTS_MAX = 50;

export const NOTHING: LiveState = {
  isKnown: false,
  positions: new Map(),
  marks: new Map(),
  prices: new Map(),
  account: null,
  risk: null,
  happenings: [],
  alerts: [],
};

/**
 * Return the state after a batch of events. What no event of the batch concerns stays the very same object, so that
 * who watches it sees no change.
 */
export function reduced(state: LiveState, events: readonly LiveEvent[]): LiveState {
  const next = { ...state };
  let positions: Map<string, Position> | null = null;
  let marks: Map<string, Mark> | null = null;
  let prices: Map<string, Price> | null = null;
  const happened: Happening[] = [];
  const alerts: Schemas["AlertTold"][] = [];
  for (const event of events) {
    switch (event.event) {
      case "hello":
        if (event.data.resync) {
          positions = new Map();
          marks = new Map();
          next.isKnown = false;
        }
        break;
      case "position":
        positions ??= new Map(state.positions);
        marks ??= new Map(state.marks);
        if (event.data.change === "closed") {
          positions.delete(event.data.position_id);
          marks.delete(event.data.position_id);
        } else {
          positions.set(event.data.position_id, event.data);
          // it is told at its mark, which is of as much as is held now
          const mark = markOf(event.data);
          if (mark !== null) marks.set(mark.position_id, mark);
        }
        break;
      case "mark":
        marks ??= new Map(state.marks);
        marks.set(event.data.position_id, event.data);
        break;
      case "market":
        prices ??= new Map(state.prices);
        prices.set(event.data.symbol, event.data);
        break;
      case "account":
        next.account = event.data;
        break;
      case "risk":
        // the last of what a stream begins with: all positions have been told before it
        next.risk = event.data;
        next.isKnown = true;
        break;
      case "alert":
        if (event.data.kind === "dead_letter" || event.data.kind === "reconciliation") alerts.unshift(event.data);
        break;
      default:
        break;
    }
    const happening = happeningOf(event);
    if (happening !== null) happened.unshift(happening);
  }
  if (positions !== null) next.positions = positions;
  if (marks !== null) next.marks = marks;
  if (prices !== null) next.prices = prices;
  if (happened.length > 0) next.happenings = [...happened, ...state.happenings].slice(0, HAPPENINGS_MAX);
  if (alerts.length > 0) next.alerts = [...alerts, ...state.alerts].slice(0, ALERTS_MAX);
  return next;
}

function markOf(position: Position): Mark | null {
  const { position_id, account_id, symbol, option_symbol } = position;
  const { current_price, unrealized_pnl, position_pnl_percent, marked_at } = position;
  if (current_price == null || unrealized_pnl == null || position_pnl_percent == null || marked_at == null) return null;
  return { position_id, account_id, symbol, option_symbol, current_price, unrealized_pnl, position_pnl_percent, marked_at };
}
