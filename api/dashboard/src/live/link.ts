/** How the page is connected: decided from when the last word came, and from what the server said of itself. Pure. */

export const SILENCE_MS = 2_500;
/** A connection that is silent for so long is given up and made anew. */
export const DEAD_MS = 7_500;
const RETRY_MIN_MS = 250;
const RETRY_MAX_MS = 10_000;

export type LinkState = "connecting" | "live" | "stale" | "lost";

export interface Link {
  /** milliseconds, this machine's clock; when the page began to connect */
  beganAt: number;
  isOpen: boolean;
  lastWordAt: number | null;
  /** what the server said it sends at least so often, milliseconds */
  heartbeatMs: number;
  /** since when the server itself does not hear what happens; null: it does */
  feedStaleSince: number | null;
}

export interface LinkTold {
  state: LinkState;
  /** when the last word came that is to be relied on; null: none has come yet */
  since: number | null;
  /** the platform is there, and cannot read what happens */
  isFeedStale: boolean;
}

export function silenceMs(link: Link): number {
  return Math.max(SILENCE_MS, link.heartbeatMs * 2.5);
}

export function told(link: Link, now: number): LinkTold {
  const { lastWordAt, feedStaleSince } = link;
  const isSilent = now - (lastWordAt ?? link.beganAt) > silenceMs(link);
  const isFeedStale = feedStaleSince !== null;
  if (isSilent) return { state: link.isOpen ? "stale" : "lost", since: feedStaleSince ?? lastWordAt, isFeedStale };
  if (isFeedStale) return { state: "stale", since: feedStaleSince, isFeedStale };
  return { state: lastWordAt === null ? "connecting" : "live", since: lastWordAt, isFeedStale };
}

export function isDead(link: Link, now: number): boolean {
  return link.isOpen && link.lastWordAt !== null && now - link.lastWordAt > Math.max(DEAD_MS, link.heartbeatMs * 5);
}

/** Return how long to wait before the next attempt: twice as long each time, half of it by chance. */
export function backoffMs(attempt: number, random: number): number {
  return Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(attempt, 10)) * (0.5 + random / 2);
}
