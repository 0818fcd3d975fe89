import { describe, expect, it } from "vitest";
import { backoffMs, DEAD_MS, isDead, SILENCE_MS, told, type Link } from "@/live/link";

const OPEN: Link = { beganAt: 0, isOpen: true, lastWordAt: 1_000, heartbeatMs: 1_000, feedStaleSince: null };

describe("the connection", () => {
  it("is live while words come", () => {
    expect(told(OPEN, 1_000 + SILENCE_MS).state).toBe("live");
  });

  it("is stale after less than three seconds of silence, and says since when", () => {
    expect(SILENCE_MS).toBeLessThan(3_000);
    expect(told(OPEN, 1_001 + SILENCE_MS)).toEqual({ state: "stale", since: 1_000, isFeedStale: false });
  });

  it("is lost when there is no connection any more, and not before the silence is long", () => {
    const broken = { ...OPEN, isOpen: false };
    expect(told(broken, 2_000).state).toBe("live");
    expect(told(broken, 1_001 + SILENCE_MS).state).toBe("lost");
  });

  it("connects, and is lost when no word ever comes", () => {
    const never: Link = { ...OPEN, isOpen: false, lastWordAt: null };
    expect(told(never, 1_000).state).toBe("connecting");
    expect(told(never, SILENCE_MS + 1)).toEqual({ state: "lost", since: null, isFeedStale: false });
  });

  it("is stale since the server itself hears nothing, though its words come", () => {
    const stale = { ...OPEN, lastWordAt: 9_000, feedStaleSince: 3_000 };
    expect(told(stale, 9_001)).toEqual({ state: "stale", since: 3_000, isFeedStale: true });
  });

  it("waits longer for a server that says it speaks rarely", () => {
    expect(told({ ...OPEN, heartbeatMs: 5_000 }, 11_000).state).toBe("live");
  });

  it("is given up when it is open and dead", () => {
    expect(isDead(OPEN, 1_000 + DEAD_MS)).toBe(false);
    expect(isDead(OPEN, 1_001 + DEAD_MS)).toBe(true);
    expect(isDead({ ...OPEN, isOpen: false }, 60_000)).toBe(false);
  });

  it("is tried again later each time, up to a bound, half of it by chance", () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 7, 50].map((attempt) => backoffMs(attempt, 1));
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
    expect(backoffMs(3, 0)).toBe(1_000);
  });
});
