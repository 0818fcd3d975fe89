import { describe, expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import { guardsOf, milliseconds, paceOf, STUCK_S, totalsOf, watermarksOf } from "@/screens/system/line";

function group(behind: number, commit_age_s: number) {
  return { group: "g", topic: "t", behind, commit_age_s };
}

describe("the line", () => {
  it("tells who stands still from who has much to do, and from who has nothing", () => {
    expect([group(0, 900), group(5, STUCK_S + 1), group(5_000, 1), group(5, 1)].map(paceOf)).toEqual([
      "keeps up",
      "stuck",
      "behind",
      "keeps up",
    ]);
  });

  it("adds up what waits and what passes, once that was measured", () => {
    const monitoring = {
      groups: [group(2, 1), group(3, 99)],
      topics: [{ per_s: null }, { per_s: 1.5 }, { per_s: 2 }],
      dead_letters_open: { market: 1, account: 2 },
      webhooks_last_hour: { accepted: 3, duplicate: 1, invalid_payload: 2 },
    } as unknown as Schemas["Monitoring"];
    expect(totalsOf(monitoring)).toEqual({ behind: 5, stuck: 1, perS: 3.5, letters: 3, calls: 6, refused: 2 });
    expect(totalsOf({ ...monitoring, topics: [] }).perS).toBeNull();
  });

  it("has a watermark for each table of each worker", () => {
    const tables = { books: { records: 3, watermark_at: "2021-01-04T15:00:00Z" }, marks: {} };
    expect(watermarksOf([{ name: "worker-0", behind: 0, recovering: 0, tables }])).toEqual([
      { worker: "worker-0", table: "books", records: 3, at: "2021-01-04T15:00:00Z" },
      { worker: "worker-0", table: "marks", records: 0, at: null },
    ]);
  });

  it("shows guards where they are told, and says which are shut", () => {
    expect(guardsOf({})).toEqual([]);
    const limiters = { alpaca: { used: 200, limit: 200, waits: 4 } };
    const told = { guards: [{ process: "p", answers: true, breakers: { alpaca: "open" }, limiters }, { process: "q", answers: false }] };
    expect(guardsOf(told).map(({ name, state, isGood }) => `${name}: ${state} ${isGood}`)).toEqual([
      "breaker alpaca: open false",
      "limiter alpaca: 200 of 200 used, 4 waited false",
      "process: does not answer false",
    ]);
  });

  it("writes milliseconds as people read them", () => {
    expect([null, 8, 12.345, 1_250].map(milliseconds)).toEqual(["–", "8 ms", "12.3 ms", "1.25 s"]);
  });
});
