import { describe, expect, it } from "vitest";
import { sinceFirst, stepsOf, type Sources } from "./steps";

const T = (seconds: number) => new Date(Date.UTC(2026, 1, 13, 15, 30, seconds)).toISOString();

const CLOSED: Sources = {
  position: {
    signal_id: "s",
    status: "closed",
    exit_timestamp: T(90),
    exit_reason: "stop_loss",
    realized_pnl: -120.5,
    position_pnl_percent: -50,
    orders: [
      { order_id: "o", side: "buy_to_open", quantity: 2, limit_price: 3.52, status: "filled", created_at: T(1) },
      { order_id: "x", side: "sell_to_close", quantity: 2, limit_price: 1.7, status: "filled", created_at: T(89), exit_reason: "stop_loss" },
    ],
    fills: [
      { trade_id: "f", side: "buy_to_open", fill_quantity: 2, fill_price: 3.5, commission: 1.3, fill_timestamp: T(1) },
      { trade_id: "g", side: "sell_to_close", fill_quantity: 2, fill_price: 1.75, commission: 1.3, fill_timestamp: T(90) },
    ],
  } as unknown as Sources["position"],
  call: { event_id: "w", created_at: T(0), status: "accepted", processing_time_ms: 6 } as Sources["call"],
  signal: { signal_id: "s", created_at: T(0), direction: "long", symbol: "SPY", timeframe: "5m", price: 596, confidence: 80 } as Sources["signal"],
  request: null,
  decision: { at: T(1), what: "approved" },
  summary: "Traded by A.",
};

describe("a position's lineage", () => {
  it("goes from the alert to the exit, and of one instant from cause to effect", () => {
    expect(stepsOf(CLOSED).map(({ kind }) => kind)).toEqual([
      "alert",
      "signal",
      "decision",
      "order",
      "fill",
      "order",
      "fill",
      "exit",
    ]);
  });

  it("says of each step what it was, and leads to why it was decided", () => {
    const steps = stepsOf(CLOSED);
    expect(steps.map(({ title }) => title)).toContain("Exit order (stop)");
    expect(steps.at(-1)).toMatchObject({ title: "Closed: stop", note: "−$120.50, −50.0 %" });
    expect(steps.find(({ kind }) => kind === "decision")).toMatchObject({ to: "/decisions/s", note: "Traded by A." });
  });

  it("begins with who ordered by hand, where no signal did, and leads to no signal", () => {
    const request = { order_request_id: "r", requested_at: T(0), requested_by: "anna" } as Sources["request"];
    const steps = stepsOf({ ...CLOSED, call: null, signal: null, request });
    expect(steps[0]).toMatchObject({ kind: "request", note: "anna" });
    expect(steps.find(({ kind }) => kind === "decision")?.to).toBeNull();
  });

  it("has no exit while it is held", () => {
    const held = { ...CLOSED, position: { ...CLOSED.position, status: "open" as const } };
    expect(stepsOf(held).some(({ kind }) => kind === "exit")).toBe(false);
  });

  it("tells how long after the first each was", () => {
    const steps = stepsOf(CLOSED);
    expect([0, 1, 2, 7].map((number) => sinceFirst(steps, number))).toEqual(["", "+0 ms", "+1.0 s", "+1 min"]);
  });
});
