import { afterEach, describe, expect, it, vi } from "vitest";
import type { LiveEvent } from "@/live/events";
import { follow, type Following } from "@/live/follow";
import type { LinkTold } from "@/live/link";

const encoder = new TextEncoder();

/** The server's side of one connection: what it sends, and how it ends. */
interface Side {
  cursor: string | null;
  send: (text: string) => void;
  end: () => void;
}

function message(event: string, data: object, id?: string): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n${id === undefined ? "" : `id: ${id}\n`}\n`;
}

const HELLO = { cursor: "0", resync: false, account_id: "paper", heartbeat_s: 1 };

/** Follow servers that answer as told, in turn; the last one answers all that come after. */
function following(...statuses: number[]) {
  const sides: Side[] = [];
  const events: LiveEvent[] = [];
  const links: LinkTold[] = [];
  const refused = vi.fn();
  const started: Following = follow({
    open: (cursor, signal) => {
      const status = statuses[Math.min(sides.length, statuses.length - 1)] ?? 200;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          sides.push({
            cursor,
            send: (text) => controller.enqueue(encoder.encode(text)),
            end: () => controller.close(),
          });
          signal.addEventListener("abort", () => controller.error(new Error("given up")));
        },
      });
      const headers = new Headers(status === 503 ? { "Retry-After": "5" } : {});
      return Promise.resolve(new Response(status === 200 ? body : null, { status, headers }));
    },
    onEvent: (event) => events.push(event),
    onLink: (link) => links.push(link),
    onRefused: refused,
    random: () => 1,
  });
  const side = (number: number): Side => {
    const found = sides[number];
    if (found === undefined) throw new Error(`there was no connection ${number}`);
    return found;
  };
  return { started, sides, side, events, links, refused };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("following the stream", () => {
  afterEach(() => vi.useRealTimers());

  it("goes on after a break from the last event it had, whole events only", async () => {
    vi.useFakeTimers();
    const { started, sides, side, events } = following(200);
    await pass(0);
    expect(side(0).cursor).toBeNull();
    side(0).send(message("hello", HELLO, "0") + message("risk", { halted: false }) + message("heartbeat", {}, "7"));
    side(0).send("event: signal\ndata: {");
    await pass(0);
    side(0).end();
    await pass(250);
    expect(sides).toHaveLength(2);
    expect(side(1).cursor).toBe("7");
    expect(events.map(({ event }) => event)).toEqual(["hello", "risk", "heartbeat"]);
    started.stop();
  });

  it("puts events together however the network cuts them", async () => {
    vi.useFakeTimers();
    const { started, side, events } = following(200);
    await pass(0);
    for (const letter of message("hello", HELLO, "é".normalize()) + message("newer", {})) side(0).send(letter);
    await pass(0);
    expect(events).toHaveLength(1);
    started.stop();
  });

  it("says within three seconds that nothing comes, and that it is back", async () => {
    vi.useFakeTimers();
    const { started, side, links } = following(200);
    await pass(0);
    side(0).send(message("hello", HELLO, "0"));
    await pass(2_000);
    expect(links.at(-1)?.state).toBe("live");
    await pass(900);
    expect(links.at(-1)?.state).toBe("stale");
    side(0).send(message("heartbeat", {}, "1"));
    await pass(0);
    expect(links.at(-1)?.state).toBe("live");
    started.stop();
  });

  it("gives a connection up that is open and dead", async () => {
    vi.useFakeTimers();
    const { started, sides, side } = following(200);
    await pass(0);
    side(0).send(message("hello", HELLO, "5"));
    await pass(9_000);
    expect(sides.length).toBeGreaterThan(1);
    expect(side(1).cursor).toBe("5");
    started.stop();
  });

  it("comes again when a server that is busy wants it to, and at once when asked to", async () => {
    vi.useFakeTimers();
    const { started, sides } = following(503);
    await pass(4_900);
    expect(sides).toHaveLength(1);
    await pass(200);
    expect(sides).toHaveLength(2);
    started.retry();
    await pass(0);
    expect(sides).toHaveLength(3);
    started.stop();
  });

  it("stops when its session is over", async () => {
    vi.useFakeTimers();
    const { sides, refused } = following(401);
    await pass(60_000);
    expect(sides).toHaveLength(1);
    expect(refused).toHaveBeenCalledOnce();
  });

  it("is stale for as long as the platform cannot read what happens", async () => {
    vi.useFakeTimers();
    const { started, side, links } = following(200);
    await pass(0);
    side(0).send(message("hello", HELLO, "0") + message("alert", { kind: "feed_stale", message: "" }));
    await pass(0);
    expect(links.at(-1)).toMatchObject({ state: "stale", isFeedStale: true });
    side(0).send(message("alert", { kind: "feed_back", message: "" }));
    await pass(0);
    expect(links.at(-1)).toMatchObject({ state: "live", isFeedStale: false });
    started.stop();
  });
});
