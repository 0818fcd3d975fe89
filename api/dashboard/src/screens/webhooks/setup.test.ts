import { describe, expect, it } from "vitest";
import { directed, hidden, HIDDEN, whyUnreached, type Endpoint } from "@/screens/webhooks/setup";

const ENDPOINT: Endpoint = {
  name: "TradingView",
  kind: "alert",
  needs: "token",
  says: "",
  url: "https://desk.example/webhook/q7Y-secret_id",
  message: '{"symbol": "{{ticker}}", "direction": "long", "price": {{close}}, "secret": "a \\"b\\" c"}',
};

describe("an endpoint", () => {
  it("shows neither the secret in its address nor that in its message", () => {
    const { url, message } = hidden(ENDPOINT);
    expect(url).toBe(`https://desk.example/webhook/${HIDDEN}`);
    expect(message).toBe(`{"symbol": "{{ticker}}", "direction": "long", "price": {{close}}, "secret": "${HIDDEN}"}`);
    expect(hidden({ ...ENDPOINT, url: "https://desk.example/webhook" }).url).toBe("https://desk.example/webhook");
  });

  it("is pasted once for each direction", () => {
    expect(directed(ENDPOINT.message, "short")).toContain('"direction": "short"');
    expect(directed("{}", "short")).toBe("{}");
  });

  it("says why TradingView would not get there", () => {
    expect(whyUnreached("http://127.0.0.1:8080/webhook")).toContain("public name");
    expect(whyUnreached("https://192.168.1.4/webhook")).toContain("public name");
    expect(whyUnreached("https://desk.example:8443/webhook")).toContain("8443");
    expect(whyUnreached("http://desk.example/webhook")).toContain("unencrypted");
    expect(whyUnreached("https://desk.example/webhook")).toBeNull();
  });
});
