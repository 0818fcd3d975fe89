/** Which lists an event makes old, and when they are read again. */
import type { QueryClient } from "@tanstack/react-query";
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
      return ["/signals", "/signals/{signal_id}", "/signals/{signal_id}/why", "/decisions", "/webhook-events", "/order-requests/{request_id}"];
    case "order":
      return [...OF_ORDERS, "/signals/{signal_id}", ...OF_MONEY];
    case "fill":
      return ["/orders/trades", ...OF_ORDERS, ...OF_MONEY];
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

const CLOSED: readonly Path[] = ["/history/positions", "/trades", "/performance", "/signals/{signal_id}"];

/** Lists come from the history, which is written a moment after an event is told: they are read twice. */
const READ_AFTER_MS = [400, 2_500] as const;

export interface Ageing {
  note: (event: LiveEvent) => void;
  stop: () => void;
}

/** Have the queries that events make old read again: those that are shown, and at most so often. */
export function ageing(queries: QueryClient): Ageing {
  const waiting = READ_AFTER_MS.map((ms) => ({ ms, old: new Set<Path>(), timer: null as number | null }));
  return {
    note: (event) => {
      const old = pathsOf(event);
      if (old.length === 0) return;
      for (const round of waiting) {
        for (const path of old) round.old.add(path);
        round.timer ??= window.setTimeout(() => {
          const paths = [...round.old];
          round.old.clear();
          round.timer = null;
          for (const path of paths) void queries.invalidateQueries({ queryKey: ["get", path] });
        }, round.ms);
      }
    },
    stop: () => {
      for (const { timer } of waiting) if (timer !== null) window.clearTimeout(timer);
    },
  };
}
