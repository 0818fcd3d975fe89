/**
 * The one stream of the page. `useLive(select)` watches what it says; `link` is how the connection is.
 *
 * Events are gathered and reduced once a frame, however many come: a hundred positions at four marks a second redraw
 * only the cells whose mark has changed.
 */
import { EXPIRED, queries } from "@/api/client";
import { end, session } from "@/api/session";
import type { LiveEvent } from "@/live/events";
import { follow, type Following } from "@/live/follow";
import type { LinkTold } from "@/live/link";
import { ageing } from "@/live/queries";
import { NOTHING, reduced, type LiveState, type Mark, type Position, type Price } from "@/live/state";
import { createStore, useStore } from "@/store";

export type { Happening } from "@/live/happenings";
export type { LinkTold, LiveState, Mark, Position, Price };

/** A hidden page gets no frames. */
const HIDDEN_MS = 250;

export const live = createStore<LiveState>(NOTHING);
export const link = createStore<LinkTold>({ state: "connecting", since: null, isFeedStale: false });

/** Watch what the stream says. `select` must give the same object while nothing of it has changed. */
export function useLive<T>(select: (state: LiveState) => T): T {
  return useStore(live, select);
}

/** A position's newest mark; null until one has come. */
export function useMark(positionId: string): Mark | null {
  return useLive((state) => state.marks.get(positionId) ?? null);
}

export function useLink(): LinkTold {
  return useStore(link);
}

let following: Following | null = null;

/** Try to connect at once. */
export function reconnect(): void {
  following?.retry();
}

/** Follow the stream for as long as a session lasts. Returns how to stop. */
export function startLive(token: string): () => void {
  const old = ageing(queries);
  let waiting: LiveEvent[] = [];
  let isAsked = false;
  live.set(NOTHING);

  function flush(): void {
    isAsked = false;
    const events = waiting;
    waiting = [];
    if (events.length > 0) live.set(reduced(live.get(), events));
  }

  function take(event: LiveEvent): void {
    if (event.event === "heartbeat") return;
    if (event.event === "hello" && event.data.resync) void queries.invalidateQueries();
    old.note(event);
    waiting.push(event);
    if (isAsked) return;
    isAsked = true;
    if (document.hidden) window.setTimeout(flush, HIDDEN_MS);
    else window.requestAnimationFrame(flush);
  }

  function tell(next: LinkTold): void {
    const was = link.get();
    // the time of the last word is told while it matters: otherwise each heartbeat would redraw the page
    const isSame = next.state === was.state && next.isFeedStale === was.isFeedStale;
    if (!isSame || (next.state !== "live" && next.since !== was.since)) link.set(next);
  }

  const started = follow({
    open: (cursor, signal) =>
      fetch("/stream", {
        headers: {
          Accept: "text/event-stream",
          Authorization: `Bearer ${token}`,
          ...(cursor === null ? {} : { "Last-Event-ID": cursor }),
        },
        cache: "no-store",
        signal,
      }),
    onEvent: take,
    onLink: tell,
    onRefused: () => end(EXPIRED, token),
  });
  following = started;
  const onOnline = () => started.retry();
  // a frame that was asked for while the page was visible does not come once it is hidden
  const onVisibility = () => flush();
  window.addEventListener("online", onOnline);
  document.addEventListener("visibilitychange", onVisibility);
  return () => {
    started.stop();
    old.stop();
    window.removeEventListener("online", onOnline);
    document.removeEventListener("visibilitychange", onVisibility);
    if (following === started) following = null;
    if (session.get().token === null) live.set(NOTHING);
  };
}
