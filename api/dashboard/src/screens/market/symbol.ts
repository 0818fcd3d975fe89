/** Which underlying the market is looked at for: in the address, remembered from visit to visit. */
import { useSearchParams } from "wouter";
import type { Schemas } from "@/api/client";

const NAME = "tapestream.market.symbol";
const PATTERN = /^[A-Z0-9.^_-]{1,20}$/;

export type Underlying = Schemas["Underlying"];

/** Return what is typed as a symbol, or null when it can be none. */
export function symbolOf(text: string): string | null {
  const found = text.trim().toUpperCase();
  return PATTERN.test(found) ? found : null;
}

/** Return underlyings in the order in which one looks for them: held, watched and known, known, then the rest. */
export function ordered(items: readonly Underlying[]): Underlying[] {
  const rank = ({ is_held, is_watched, is_known }: Underlying) =>
    is_held ? 0 : is_watched && is_known ? 1 : is_known ? 2 : 3;
  return [...items].sort((a, b) => rank(a) - rank(b) || a.symbol.localeCompare(b.symbol));
}

/** Return the underlying to show: the address's, else the remembered one, else the first there is. */
export function chosenOf(
  asked: string | null,
  remembered: string | null,
  items: readonly Underlying[] | undefined,
): string | null {
  return symbolOf(asked ?? "") ?? symbolOf(remembered ?? "") ?? (items === undefined ? null : (ordered(items)[0]?.symbol ?? null));
}

/** Have an underlying shown on the next visit: once something is known of it, not whatever was typed. */
export function remember(symbol: string): void {
  localStorage.setItem(NAME, symbol);
}

/** Return the underlying to show, and how to choose another. */
export function useSymbol(items: readonly Underlying[] | undefined): [string | null, (symbol: string) => void] {
  const [params, setParams] = useSearchParams();
  const chosen = chosenOf(params.get("symbol"), localStorage.getItem(NAME), items);
  const choose = (symbol: string) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      next.set("symbol", symbol);
      return next;
    });
  return [chosen, choose];
}
