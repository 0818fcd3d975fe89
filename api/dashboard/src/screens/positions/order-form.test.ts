import { describe, expect, it } from "vitest";
import { costOf, EMPTY, orderOf, type OrderForm } from "./order-form";

const BUY: OrderForm = {
  ...EMPTY,
  symbol: " spx ",
  strike: "3700",
  expiration: "2021-01-04",
  quantity: "2",
  limit_price: "4.50",
};

describe("an order by hand", () => {
  it("names the contract by its parts, and its price to the digit", () => {
    expect(orderOf(BUY).order).toEqual({
      side: "buy_to_open",
      quantity: 2,
      limit_price: "4.50",
      symbol: "SPX",
      strike: "3700",
      expiration: "2021-01-04",
      type: "call",
    });
  });

  it("names the contract by its symbol alone, at the market without a price", () => {
    const form: OrderForm = { ...BUY, by: "symbol", option_symbol: "spxw 210104c03700000", pricing: "market" };
    expect(orderOf(form).order).toEqual({
      side: "buy_to_open",
      quantity: 2,
      limit_price: null,
      option_symbol: "SPXW210104C03700000",
    });
  });

  it("sells a position, all of it when no number is given", () => {
    const form: OrderForm = { ...EMPTY, side: "sell_to_close", position_id: "p", quantity: "" };
    expect(orderOf(form).order).toEqual({ side: "sell_to_close", position_id: "p", quantity: null });
    expect(orderOf({ ...form, position_id: "" }).wrong).toHaveProperty("position_id");
  });

  it("says of each field what is wrong", () => {
    const wrong = orderOf({ ...EMPTY, quantity: "1.5", limit_price: "0" }).wrong;
    expect(Object.keys(wrong ?? {}).sort()).toEqual(["expiration", "limit_price", "quantity", "strike", "symbol"]);
    expect(orderOf({ ...BUY, limit_price: "4.505" }).wrong).toHaveProperty("limit_price");
    expect(orderOf({ ...BUY, by: "symbol", option_symbol: "SPX" }).wrong).toHaveProperty("option_symbol");
  });

  it("costs its limit for each share, and nobody knows what at the market", () => {
    expect(costOf(BUY)).toBe(900);
    expect(costOf({ ...BUY, pricing: "market" })).toBeNull();
  });
});
