/** Follows the stream: connects, goes on after a break where it was, and says how the connection is. */
import { createParser } from "eventsource-parser";
import { eventOf, type LiveEvent } from "@/live/events";
import { backoffMs, DEAD_MS, isDead, told, type Link, type LinkTold } from "@/live/link";

export interface Surroundings {
  /** Ask for the stream, from after a cursor on. */
  open: (cursor: string | null, signal: AbortSignal) => Promise<Response>;
  onEvent: (event: LiveEvent) => void;
  onLink: (link: LinkTold) => void;
  /** The session is over: nothing is tried any more. */
  onRefused: () => void;
  now?: () => number;
  random?: () => number;
}

export interface Following {
  /** Try at once: the network is back, or somebody asked for it. */
  retry: () => void;
  stop: () => void;
}

const WATCH_MS = 250;

export function follow(around: Surroundings): Following {
  const now = around.now ?? Date.now;
  const random = around.random ?? Math.random;
  const link: Link = { beganAt: now(), isOpen: false, lastWordAt: null, heartbeatMs: 1_000, feedStaleSince: null };
  const whole = new AbortController();
  let cursor: string | null = null;
  let attempt = 0;
  /** since when an answer is waited for */
  let askedAt: number | null = null;
  let current = new AbortController();
  let awaken: () => void = () => undefined;
  const isOver = () => whole.signal.aborted;
  const tell = () => around.onLink(told(link, now()));

  async function read(body: ReadableStream<Uint8Array>): Promise<void> {
    const parser = createParser({
      onEvent: (message) => {
        if (message.id !== undefined && message.id !== "") cursor = message.id;
        const event = eventOf(message);
        if (event === null) return;
        if (event.event === "hello") {
          link.heartbeatMs = event.data.heartbeat_s * 1_000;
          link.feedStaleSince = null;
          attempt = 0;
        } else if (event.event === "alert") {
          if (event.data.kind === "feed_stale") link.feedStaleSince ??= now();
          if (event.data.kind === "feed_back") link.feedStaleSince = null;
        }
        around.onEvent(event);
      },
    });
    const reader = body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const piece = await reader.read();
      if (piece.done) return;
      link.lastWordAt = now();
      parser.feed(decoder.decode(piece.value, { stream: true }));
      tell();
    }
  }

  /** One connection, from asking to its end. Returns after how many milliseconds the server wants to be asked again. */
  async function connect(): Promise<number> {
    current = new AbortController();
    const signal = AbortSignal.any([whole.signal, current.signal]);
    askedAt = now();
    const answer = await around.open(cursor, signal);
    askedAt = null;
    if (answer.status === 401) {
      around.onRefused();
      whole.abort();
      return 0;
    }
    if (!answer.ok || answer.body === null) return Number(answer.headers.get("Retry-After") ?? 0) * 1_000;
    link.isOpen = true;
    link.lastWordAt = now();
    await read(answer.body);
    return 0;
  }

  async function keepFollowing(): Promise<void> {
    for (;;) {
      let asked = 0;
      try {
        asked = await connect();
      } catch {
        // the network, or a connection that was given up
      }
      link.isOpen = false;
      askedAt = null;
      if (isOver()) return;
      tell();
      await new Promise<void>((resolve) => {
        awaken = resolve;
        setTimeout(resolve, Math.max(asked, backoffMs(attempt, random())));
      });
      if (isOver()) return;
      attempt += 1;
    }
  }

  const watch = setInterval(() => {
    if (isDead(link, now()) || (askedAt !== null && now() - askedAt > DEAD_MS)) current.abort();
    tell();
  }, WATCH_MS);
  tell();
  void keepFollowing();
  return {
    retry: () => {
      attempt = 0;
      if (told(link, now()).state !== "live") current.abort();
      awaken();
    },
    stop: () => {
      clearInterval(watch);
      whole.abort();
      awaken();
    },
  };
}
