import { describe, expect, it } from "vitest";
import type { Happening } from "@/live";
import { stepsOf, type Lineage, type Sent } from "@/screens/webhooks/following";

const SENT: Sent = {
  status: "ACCEPTED",
  signal_id: "s1",
  webhook_event_id: "w1",
  request_id: "r1",
  processing_time_ms: 6,
  is_test: true,
};

function happening(kind: Happening["kind"], what: string, more: Partial<Happening> = {}): Happening {
  const blank = { direction: null, pnl: null, position_id: null, price: null, quantity: null };
  return { ...blank, kind, what, id: kind, at: "2021-01-04T15:00:00Z", symbol: "SPY", signal_id: "s1", ...more };
}

const told = (...happenings: Happening[]) => stepsOf(SENT, happenings, null).map(({ name, state }) => `${name}: ${state}`);
const READ = happening("signal", "5m");

describe("an alert that was sent", () => {
  it("waits for what comes next, and for nothing after it", () => {
    expect(told()).toEqual(["Accepted: done", "On the line: waits"]);
    expect(told(READ)).toEqual(["Accepted: done", "On the line: done", "Judged: waits"]);
  });

  it("ends where it is refused, with the reason and the way to the gates", () => {
    const steps = stepsOf(SENT, [happening("decision", "bias_missing"), READ], null);
    expect(steps.at(-1)).toEqual({
      name: "Refused",
      state: "bad",
      says: "bias missing",
      link: { to: "/decisions/s1", title: "why, gate by gate" },
    });
  });

  it("is followed to its position", () => {
    const order = happening("order", "buy_to_open", { quantity: 2, price: 1.5 });
    const decided = [order, happening("decision", "approved"), READ];
    expect(told(...decided).slice(2)).toEqual(["Judged: done", "Ordered: done", "Filled: waits"]);
    const fill = happening("fill", "buy_to_open", { quantity: 2, price: 1.45, position_id: "p1" });
    const last = stepsOf(SENT, [fill, ...decided], null).at(-1);
    expect(last).toMatchObject({ says: "2 contracts at $1.45", link: { to: "/positions/p1" } });
  });

  it("is not taken for another one", () => {
    expect(told(happening("decision", "approved", { signal_id: "s2" }))).toEqual(["Accepted: done", "On the line: waits"]);
  });

  it("is known from the history when the stream has told of it before the page listened", () => {
    const lineage = {
      signal: { queue_reason: null },
      decision: { status: "rejected", rejection_reason: "market_closed" },
      orders: [],
      fills: [],
    } as unknown as Lineage;
    const steps = stepsOf({ ...SENT, status: "DUPLICATE" }, [], lineage);
    expect(steps.map(({ name }) => name)).toEqual(["Accepted", "On the line", "Refused"]);
    expect(steps[0]?.says).toContain("repeat");
  });
});
