/** What is looked at: kept in the address, so that it can be gone back to and passed on. */
import { useSearchParams } from "wouter";
import { PERIODS, type Period } from "@/ui/periods";

export interface Asked {
  period: Period;
  isShadow: boolean;
  /** null: all */
  symbol: string | null;
}

export function askedOf(params: URLSearchParams): Asked {
  const period = PERIODS.find(({ name }) => name === params.get("period"))?.name ?? "1M";
  return { period, isShadow: params.get("of") === "shadow", symbol: params.get("symbol") };
}

export function paramsOf({ period, isShadow, symbol }: Asked): URLSearchParams {
  const params = new URLSearchParams({ period });
  if (isShadow) params.set("of", "shadow");
  if (symbol !== null) params.set("symbol", symbol);
  return params;
}

export function useAsked(): [Asked, (change: Partial<Asked>) => void] {
  const [params, setParams] = useSearchParams();
  const asked = askedOf(params);
  return [asked, (change) => setParams(paramsOf({ ...asked, ...change }))];
}
