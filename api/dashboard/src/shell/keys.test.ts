import { describe, expect, it } from "vitest";
import { meaningOf, SEQUENCE_MS, type Pressed } from "@/shell/keys";

const press = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  at: 1_000,
  hasModifier: false,
  isTyping: false,
  ...more,
});

describe("keys", () => {
  it("open help, search and the kill switch", () => {
    expect(["?", "/", "K"].map((key) => meaningOf(press(key), null))).toEqual([
      { kind: "open", what: "help" },
      { kind: "open", what: "search" },
      { kind: "open", what: "kill-switch" },
    ]);
  });

  it("go to a screen after g, and not when it was long ago", () => {
    expect(meaningOf(press("g"), null)).toEqual({ kind: "began" });
    expect(meaningOf(press("p"), 1_000 - SEQUENCE_MS)).toEqual({ kind: "go", key: "p" });
    expect(meaningOf(press("p"), 999 - SEQUENCE_MS)).toEqual({ kind: "nothing" });
  });

  it("are letters in a field, and the browser's with a modifier", () => {
    expect(meaningOf(press("K", { isTyping: true }), null).kind).toBe("nothing");
    expect(meaningOf(press("k", { hasModifier: true }), null).kind).toBe("nothing");
  });
});
