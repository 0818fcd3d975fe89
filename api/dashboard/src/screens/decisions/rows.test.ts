import { describe, expect, it } from "vitest";
import type { Happening } from "@/live";
import { filtersOf } from "./filters";
import { laid, placeOf, upTo, type Row } from "./rows";

const ALL = filtersOf(new URLSearchParams());

function row(id: string, minute: number, more: Partial<Row> = {}): Row {
  return {
    signal_id: id,
    symbol: "SPY",
    direction: "long",
    timeframe: "5m",
    confidence: 70,
    status: "pending",
    rejection_reason: null,
    engine: null,
    gate: null,
    says: null,
    is_test: false,
    created_at: `2026-02-13T15:${String(minute).padStart(2, "0")}:00Z`,
    ...more,
  };
}

function happening(kind: "signal" | "decision", id: string, minute: number, what = "5m"): Happening {
  return {
    kind,
    id: `${kind} ${id}`,
    at: row(id, minute).created_at,
    symbol: "SPY",
    what,
    direction: "long",
    pnl: null,
    position_id: null,
    price: null,
    quantity: null,
    signal_id: id,
  };
}

describe("the list of signals", () => {
  it("has a new signal at the top at once, and ends it with its decision", () => {
    const told = [happening("decision", "b", 2, "kill_switch"), happening("signal", "b", 2)];
    const rows = laid([row("a", 1)], told, ALL);
    expect(rows.map(({ signal_id, status, rejection_reason }) => [signal_id, status, rejection_reason])).toEqual([
      ["b", "rejected", "kill_switch"],
      ["a", "pending", null],
    ]);
    expect(laid([row("a", 1)], [happening("decision", "a", 1, "approved")], ALL)[0]?.status).toBe("approved");
  });

  it("leaves what was read as it is: it knows better, and older signals belong to older pages", () => {
    const read = [row("b", 5, { status: "rejected", says: "confluence 47" }), row("a", 4)];
    expect(laid(read, [happening("signal", "old", 1), happening("decision", "b", 5, "approved")], ALL)).toEqual(read);
  });

  it("takes in no new signal of which the stream does not say whether it is asked for", () => {
    const told = [happening("signal", "b", 2)];
    for (const search of ["gate=confluence", "engine=A", "symbol=QQQ", "status=approved", "direction=short"]) {
      expect(laid([], told, filtersOf(new URLSearchParams(search)))).toEqual([]);
    }
    expect(laid([], told, filtersOf(new URLSearchParams("symbol=spy&status=pending")))).toHaveLength(1);
  });

  it("keeps still while it is read", () => {
    const rows = [row("c", 3), row("b", 2), row("a", 2)];
    const seen = placeOf(row("b", 2));
    expect(upTo(rows, seen).map(({ signal_id }) => signal_id)).toEqual(["b", "a"]);
    expect(upTo(rows, null)).toEqual(rows);
  });
});
