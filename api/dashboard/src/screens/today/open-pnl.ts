import type { LiveState } from "@/live";

/** Return the open P&L at the newest marks, dollars; null while the stream has not told of all positions. Pure. */
export function openPnl({ isKnown, positions, marks }: LiveState): number | null {
  if (!isKnown) return null;
  let cents = 0;
  for (const { position_id, unrealized_pnl } of positions.values()) {
    const pnl = marks.get(position_id)?.unrealized_pnl ?? unrealized_pnl;
    cents += Math.round((pnl ?? 0) * 100);
  }
  return cents / 100;
}
