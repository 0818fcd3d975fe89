import { describe, expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import { contractsIn, expectedOf, progressOf } from "./closing";

type Detail = Schemas["PositionDetail"];

const CLOSING = { bid: 3.7, mid: 3.8, ask: 3.9, quoted_at: "2026-02-13T15:41:07Z", expected_price: 3.8, expected_pnl: 252 };
const HELD = { status: "open", quantity: 9, entry_price: 3.52, closing: CLOSING, orders: [] as Detail["orders"] } as Detail;

function sale(fields: Partial<Schemas["OrderRow"]>): Schemas["OrderRow"] {
  return {
    side: "sell_to_close",
    quantity: 4,
    status: "pending_execution",
    created_at: "2026-02-13T15:42:00Z",
    ...fields,
  } as Schemas["OrderRow"];
}

const ASKED = { quantity: 4, requested_at: "2026-02-13T15:42:00Z" };

describe("closing by hand", () => {
  it("is expected at the mid, which moves with the mark, for the contracts that are asked", () => {
    expect(expectedOf(HELD, 9, null)).toEqual({ price: 3.8, pnl: 252, proceeds: 3420 });
    expect(expectedOf(HELD, 1, 3.6)).toEqual({ price: 3.6, pnl: 8, proceeds: 360 });
  });

  it("is expected at the bid where a broker trades, whatever the mark", () => {
    const live = { ...HELD, closing: { ...CLOSING, expected_price: 3.7 } };
    expect(expectedOf(live, 1, 3.6).price).toBe(3.7);
  });

  it("expects nothing where nobody bids", () => {
    expect(expectedOf({ ...HELD, closing: null }, 9, 3.6)).toEqual({ price: null, pnl: null, proceeds: null });
  });

  it("takes whole contracts, as many as are held", () => {
    expect(contractsIn(" 9", 9)).toEqual({ contracts: 9, wrong: null });
    for (const text of ["0", "10", "1.5", "-1", "", "x"]) expect(contractsIn(text, 9).wrong).toContain("1 to 9");
  });

  it("goes from asked over working to done", () => {
    expect(progressOf(HELD, ASKED).step).toBe("asked");
    expect(progressOf({ ...HELD, orders: [sale({})] }, ASKED).step).toBe("working");
    const partly = sale({ status: "partially_filled", remaining_quantity: 3 });
    expect(progressOf({ ...HELD, orders: [partly] }, ASKED)).toMatchObject({ step: "working", sold: 1 });
    expect(progressOf({ ...HELD, orders: [sale({ status: "filled" })] }, ASKED)).toMatchObject({ step: "done", sold: 4 });
  });

  it("does not take an exit before the request for it, nor the entry", () => {
    const earlier = sale({ status: "filled", created_at: "2026-02-13T15:00:00Z" });
    const entry = sale({ status: "filled", side: "buy_to_open" });
    expect(progressOf({ ...HELD, orders: [earlier, entry] }, ASKED)).toEqual({ step: "asked", sold: 0, order: null });
  });

  it("says when its order came to nothing, unless the position is closed all the same", () => {
    const orders = [sale({ status: "failed" })];
    expect(progressOf({ ...HELD, orders }, ASKED).step).toBe("failed");
    expect(progressOf({ ...HELD, status: "closed", orders }, ASKED).step).toBe("done");
  });
});
