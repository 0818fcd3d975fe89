/** The events of `GET /stream`, and how a line of it becomes one. */
import type { EventSourceMessage } from "eventsource-parser";
import type { Schemas } from "@/api/client";

/** What each event holds. */
export interface EventData {
  hello: Schemas["Hello"];
  signal: Schemas["SignalRow"];
  decision: Schemas["DecisionTold"];
  order: Schemas["OrderPlacedTold"] | Schemas["OrderUpdatedTold"];
  fill: Schemas["FillRow"];
  position: Schemas["PositionTold"];
  mark: Schemas["MarkTold"];
  market: Schemas["MarketTold"];
  close_request: Schemas["CloseRequestTold"];
  account: Schemas["AccountTold"];
  risk: Schemas["RiskTold"];
  control: Schemas["ControlRow"];
  alert: Schemas["AlertTold"];
  heartbeat: Schemas["Heartbeat"];
}

export type LiveEvent = { [Name in keyof EventData]: { event: Name; data: EventData[Name] } }[keyof EventData];

const NAMES: ReadonlySet<string> = new Set<keyof EventData>([
  "hello",
  "signal",
  "decision",
  "order",
  "fill",
  "position",
  "mark",
  "market",
  "close_request",
  "account",
  "risk",
  "control",
  "alert",
  "heartbeat",
]);

/** Return a message as an event, or null when this page does not know its name: a newer API may tell more. */
export function eventOf(message: EventSourceMessage): LiveEvent | null {
  if (message.event === undefined || !NAMES.has(message.event)) return null;
  const data: unknown = JSON.parse(message.data);
  return { event: message.event, data } as LiveEvent;
}
