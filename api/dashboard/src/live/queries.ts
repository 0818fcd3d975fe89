/** Which lists an event makes old, and when they are read again. */
import { hashKey, type QueryClient, type QueryKey } from "@tanstack/react-query";
import { keyOf } from "@/api/client";
import type { paths } from "@/api/schema";
import type { LiveEvent } from "@/live/events";

type Path = keyof paths;

const OF_MONEY: readonly Path[] = ["/dashboard/metrics", "/account", "/risk"];
const OF_A_POSITION: readonly Path[] = ["/positions/{position_id}", "/positions/{position_id}/chart"];
const OF_ORDERS: readonly Path[] = [
  "/orders",
  "/orders/active",
  "/orders/{order_id}",
  "/order-requests/{request_id}",
  ...OF_A_POSITION,
];
const OF_A_SIGNAL: readonly Path[] = ["/signals/{signal_id}", "/experiments/{experiment_id}"];
const OF_ENGINES: readonly Path[] = ["/experiments/compare", "/agents/performance", "/shadow-positions"];
const OF_CONTROLS: readonly Path[] = [
  "/controls",
  "/controls/{name}",
  "/kill-switch",
  "/feature-flags",
  "/risk-limits",
  "/risk-limits/{account}",
  "/exit-rules",
  "/exit-rules/{symbol}",
  "/risk",
];

/** Return the paths whose queries an event makes old. Marks make none old: they are laid over the rows. */
export function pathsOf(event: LiveEvent): readonly Path[] {
  switch (event.event) {
    case "signal":
      return ["/signals", "/webhook-events"];
    case "decision":
      return [
        "/signals",
        "/signals/refusals",
        "/signals/{signal_id}",
        "/signals/{signal_id}/why",
        "/decisions",
        "/webhook-events",
        "/order-requests/{request_id}",
        ...OF_ENGINES,
      ];
    case "order":
      return [...OF_ORDERS, ...OF_A_SIGNAL, ...OF_MONEY];
    case "fill":
      return ["/orders/trades", ...OF_ORDERS, ...OF_A_SIGNAL, ...OF_MONEY];
    case "position":
      if (event.data.change === "held") return [];
      return [
        "/orders/positions",
        ...OF_A_POSITION,
        ...(event.data.change === "closed" ? CLOSED : []),
        ...OF_MONEY,
      ];
    case "close_request":
      return [...OF_A_POSITION, "/order-requests/{request_id}"];
    case "control":
      return OF_CONTROLS;
    case "alert":
      return event.data.kind === "dead_letter" ? ["/dead-letters"] : ["/reconciliations", "/monitoring"];
    default:
      return [];
  }
}

const CLOSED: readonly Path[] = [
  "/history/positions",
  "/trades",
  "/performance",
  "/performance/summary",
  "/account/history",
  ...OF_A_SIGNAL,
  ...OF_ENGINES,
];

/** Return the keys of the queries that an event makes old: of all of a path, or of those of an underlying alone. */
export function keysOf(event: LiveEvent): readonly QueryKey[] {
  if (event.event !== "market") return pathsOf(event).map((path) => keyOf(path));
  const { symbol } = event.data;
  return [
    keyOf("/gamma/{symbol}", { params: { path: { symbol } } }),
    keyOf("/underlyings/{symbol}", { params: { path: { symbol } } }),
    keyOf("/intel/snapshot", { params: { query: { symbol } } }),
  ];
}

/** Lists come from the history, which is written a moment after an event is told: they are read twice. */
const READ_AFTER_MS = [400, 2_500] as const;
/** While events come without end they are read so often: the stream tells the events themselves at once. */
const EVERY_MS = 1_500;
/** Of a market the stream tells the price itself; what else is known of it holds a whole chain. */
const MARKET_AFTER_MS = [5_000] as const;

export interface Ageing {
  note: (event: LiveEvent) => void;
  stop: () => void;
}

/** Have the queries that events make old read again: those that are shown, and at most so often. */
export function ageing(queries: QueryClient): Ageing {
  const ofFacts = READ_AFTER_MS.map((ms) => roundOf(queries, ms));
  const ofMarkets = MARKET_AFTER_MS.map((ms) => roundOf(queries, ms));
  return {
    note: (event) => {
      const old = keysOf(event);
      for (const round of event.event === "market" ? ofMarkets : ofFacts) round.note(old);
    },
    stop: () => {
      for (const round of [...ofFacts, ...ofMarkets]) round.stop();
    },
  };
}

/** What is read again together, so long after the first event that made any of it old. */
function roundOf(queries: QueryClient, ms: number) {
  const old = new Map<string, QueryKey>();
  let timer: number | null = null;
  let readAt = 0;
  return {
    note: (keys: readonly QueryKey[]) => {
      if (keys.length === 0) return;
      for (const key of keys) old.set(hashKey(key), key);
      timer ??= window.setTimeout(() => {
        const due = [...old.values()];
        old.clear();
        timer = null;
        readAt = Date.now();
        // one that is being read is not begun anew, or many events would keep it from ever ending
        for (const queryKey of due) void queries.invalidateQueries({ queryKey }, { cancelRefetch: false });
      }, Math.max(ms, readAt + EVERY_MS - Date.now()));
    },
    stop: () => {
      if (timer !== null) window.clearTimeout(timer);
    },
  };
}
