import { useState } from "react";

export interface Intention {
  /** for the header Idempotency-Key: the same however often the same wish is sent */
  key: string;
  /** The wish was fulfilled, or is another one now. */
  renew: () => void;
}

/** A key for what a person is about to do: a click too many, or a repeat after a lost answer, does it once. */
export function useIntention(): Intention {
  const [key, setKey] = useState(newKey);
  return { key, renew: () => setKey(newKey()) };
}

/** randomUUID is there on safe origins alone; a platform at home is asked by its address. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
