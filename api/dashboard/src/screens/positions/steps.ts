/** What a position came from and led to, as steps in time. Pure. */
import type { Schemas } from "@/api/client";
import { money, percent, quantity, words } from "@/ui/format";
import { exitName } from "./exits";

export interface Step {
  key: string;
  kind: "alert" | "signal" | "request" | "decision" | "order" | "fill" | "exit";
  at: string;
  title: string;
  note: string;
  /** where more of it is told, below /app */
  to: string | null;
}

export interface Sources {
  position: Schemas["PositionDetail"];
  /** the webhook's call; null: not found, or not read yet */
  call: Schemas["WebhookEventRow"] | null;
  signal: Schemas["SignalRow"] | null;
  /** of an order by hand */
  request: Schemas["OrderRequestOutcome"] | null;
  /** the decision's time and outcome, as the chart marks it */
  decision: { at: string; what: string } | null;
  /** why it was decided so, a sentence */
  summary: string | null;
}

const RANK: readonly Step["kind"][] = ["alert", "signal", "request", "decision", "order", "fill", "exit"];

/** Return the steps, oldest first; of one instant in the order of cause and effect. */
export function stepsOf({ position, call, signal, request, decision, summary }: Sources): Step[] {
  const steps: Step[] = [];
  if (call !== null) {
    const took = call.processing_time_ms === null ? "" : ` in ${call.processing_time_ms} ms`;
    steps.push({ key: call.event_id, kind: "alert", at: call.created_at, title: "Alert received", note: `${words(call.status)}${took}`, to: "/webhooks" });
  }
  if (signal !== null) {
    const price = signal.price === null ? "" : `, at ${money(signal.price)}`;
    steps.push({
      key: signal.signal_id,
      kind: "signal",
      at: signal.created_at,
      title: `Signal: ${signal.direction} ${signal.symbol}`,
      note: `${signal.timeframe}${price}${signal.confidence === null ? "" : `, confidence ${quantity(signal.confidence)}`}`,
      to: null,
    });
  }
  if (request?.requested_at != null) {
    steps.push({
      key: request.order_request_id,
      kind: "request",
      at: request.requested_at,
      title: "Ordered by hand",
      note: request.requested_by ?? "",
      to: null,
    });
  }
  if (decision !== null) {
    steps.push({
      key: "decision",
      kind: "decision",
      at: decision.at,
      title: `Decision: ${words(decision.what)}`,
      note: summary ?? "",
      to: signal === null ? null : `/decisions/${position.signal_id}`,
    });
  }
  for (const order of position.orders) steps.push(orderStep(order));
  for (const fill of position.fills) steps.push(fillStep(fill));
  if (position.status === "closed" && position.exit_timestamp != null) {
    steps.push({
      key: "exit",
      kind: "exit",
      at: position.exit_timestamp,
      title: `Closed: ${exitName(position.exit_reason)}`,
      note: `${money(position.realized_pnl, { isSigned: true })}, ${percent(position.position_pnl_percent, { isSigned: true })}`,
      to: null,
    });
  }
  return steps.sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || RANK.indexOf(a.kind) - RANK.indexOf(b.kind));
}

function orderStep(order: Schemas["OrderRow"]): Step {
  const isExit = order.side === "sell_to_close";
  const why = isExit && order.exit_reason != null ? ` (${exitName(order.exit_reason)})` : "";
  const failed = order.failure_reason == null ? "" : `: ${order.failure_reason}`;
  return {
    key: order.order_id,
    kind: "order",
    at: order.created_at,
    title: `${isExit ? "Exit" : "Entry"} order${why}`,
    note: `${words(order.side)} ${order.quantity}, limit ${money(order.limit_price)}; ${words(order.status)}${failed}`,
    to: null,
  };
}

function fillStep(fill: Schemas["FillRow"]): Step {
  return {
    key: fill.trade_id,
    kind: "fill",
    at: fill.fill_timestamp,
    title: `Fill: ${fill.side === "buy_to_open" ? "bought" : "sold"} ${fill.fill_quantity} at ${money(fill.fill_price)}`,
    note: `commission ${money(fill.commission)}`,
    to: null,
  };
}

/** Milliseconds from the first step to each: `+0 ms`, `+1.4 s`; empty for the first. */
export function sinceFirst(steps: readonly Step[], number: number): string {
  const [first] = steps;
  const step = steps[number];
  if (first === undefined || step === undefined || number === 0) return "";
  const ms = Date.parse(step.at) - Date.parse(first.at);
  if (ms < 1_000) return `+${ms} ms`;
  if (ms < 60_000) return `+${(ms / 1_000).toFixed(1)} s`;
  return `+${Math.floor(ms / 60_000)} min`;
}
