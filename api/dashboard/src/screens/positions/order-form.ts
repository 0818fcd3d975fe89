/** An order by hand: from what was written into the form to what the API takes. Pure. */
import type { Schemas } from "@/api/client";
import { pnlAt } from "./exits";

export interface OrderForm {
  side: Schemas["OrderWanted"]["side"];
  /** how the contract is named */
  by: "parts" | "symbol";
  option_symbol: string;
  symbol: string;
  type: "call" | "put";
  expiration: string;
  strike: string;
  quantity: string;
  pricing: "limit" | "market";
  limit_price: string;
  /** of what is sold */
  position_id: string;
}

export const EMPTY: OrderForm = {
  side: "buy_to_open",
  by: "parts",
  option_symbol: "",
  symbol: "",
  type: "call",
  expiration: "",
  strike: "",
  quantity: "1",
  pricing: "limit",
  limit_price: "",
  position_id: "",
};

type Wrong = Partial<Record<keyof OrderForm, string>>;

const OCC = /^[A-Z0-9]{1,6}\d{6}[CP]\d{8}$/;

/** Return the order, or what is wrong by field. The API judges the rest: market hours, limits, buying power. */
export function orderOf(form: OrderForm): { order: Schemas["OrderWanted"]; wrong: null } | { order: null; wrong: Wrong } {
  const wrong: Wrong = {};
  const quantity = whole(form.quantity);
  if (form.side === "sell_to_close") {
    if (form.position_id === "") wrong.position_id = "Choose what to sell";
    if (form.quantity.trim() !== "" && quantity === null) wrong.quantity = "A whole number, or nothing for all";
    if (Object.keys(wrong).length > 0) return { order: null, wrong };
    return { order: { side: form.side, position_id: form.position_id, quantity }, wrong: null };
  }
  if (quantity === null) wrong.quantity = "A whole number from 1 to 10,000";
  const price = form.pricing === "market" ? null : figure(form.limit_price, 2);
  if (form.pricing === "limit" && price === null) wrong.limit_price = "Dollars a share, above 0, to the cent";
  const contract = form.by === "symbol" ? named(form, wrong) : inParts(form, wrong);
  if (contract === null || Object.keys(wrong).length > 0) return { order: null, wrong };
  return { order: { side: form.side, quantity, limit_price: price, ...contract }, wrong: null };
}

/** What a buying order costs at its limit, dollars before commission; null while it has none. */
export function costOf(form: OrderForm): number | null {
  const price = figure(form.limit_price, 2);
  const contracts = whole(form.quantity);
  if (form.side !== "buy_to_open" || form.pricing !== "limit" || price === null || contracts === null) return null;
  return pnlAt(Number(price), 0, contracts);
}

function named({ option_symbol }: OrderForm, wrong: Wrong): Pick<Schemas["OrderWanted"], "option_symbol"> | null {
  const symbol = option_symbol.trim().toUpperCase().replaceAll(/\s+/g, "");
  if (OCC.test(symbol)) return { option_symbol: symbol };
  wrong.option_symbol = "As in SPY260220C00596000";
  return null;
}

function inParts(form: OrderForm, wrong: Wrong): Pick<Schemas["OrderWanted"], "symbol" | "strike" | "expiration" | "type"> | null {
  const symbol = form.symbol.trim().toUpperCase();
  const strike = figure(form.strike, 3);
  if (symbol === "") wrong.symbol = "The underlying, such as SPX";
  if (strike === null) wrong.strike = "Dollars, above 0";
  if (!/^\d{4}-\d{2}-\d{2}$/.test(form.expiration)) wrong.expiration = "A date";
  if (strike === null) return null;
  return { symbol, strike, expiration: form.expiration, type: form.type };
}

function whole(text: string): number | null {
  const value = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return value >= 1 && value <= 10_000 ? value : null;
}

/** A positive decimal as text: what is written is what is sent, to the last digit. */
function figure(text: string, digits: number): string | null {
  const found = text.trim();
  return new RegExp(`^\\d{1,6}(\\.\\d{1,${digits}})?$`).test(found) && Number(found) > 0 ? found : null;
}
