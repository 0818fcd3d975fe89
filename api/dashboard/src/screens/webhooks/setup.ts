/** What a person sees of an endpoint: without its secrets, for one direction, and whether a sender gets there. Pure. */
import type { Schemas } from "@/api/client";

export type Endpoint = Schemas["WebhookEndpoint"];

export const HIDDEN = "••••••";

/** Return an endpoint without the secrets in its address and message. */
export function hidden({ url, message, ...rest }: Endpoint): Endpoint {
  return {
    ...rest,
    url: url.replace(/(\/webhook\/)[^/?]+$/, `$1${HIDDEN}`),
    message: message.replace(/("secret"\s*:\s*)"(?:[^"\\]|\\.)*"/, `$1"${HIDDEN}"`),
  };
}

export type Direction = "long" | "short";

/** Return a message that says a direction; one that tells none stays. */
export function directed(message: string, direction: Direction): string {
  return message.replace(/("direction"\s*:\s*)"(?:long|short)"/, `$1"${direction}"`);
}

/** Return whether a message says a direction. */
export function isDirected(message: string): boolean {
  return /"direction"\s*:\s*"(?:long|short)"/.test(message);
}

/** What shows who sends, in words. */
export const NEEDS: Record<Endpoint["needs"], string> = {
  token: "the token, inside the message",
  signature: "an HMAC signature, in a header",
  "token or signature": "the token inside the message, or an HMAC signature in a header",
  nothing: "nothing: WEBHOOK_AUTH is none",
};

const LOCAL = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[?::1\]?$|\[?f[cd]|.*\.(local|internal)$)/;

/** Return why TradingView would not get to an address, in a sentence; null: nothing in it speaks against that. */
export function whyUnreached(url: string): string | null {
  const { hostname, port, protocol } = new URL(url);
  if (LOCAL.test(hostname)) {
    return `${hostname} cannot be reached from outside: TradingView needs a public name, by a proxy or a tunnel.`;
  }
  if (port !== "") return `TradingView sends to ports 80 and 443 alone, not to ${port}: put a proxy before it.`;
  return protocol === "https:" ? null : "The token travels unencrypted: put a proxy with TLS before it.";
}
