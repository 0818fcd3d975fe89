/**
 * The session: a token, kept for this tab alone.
 *
 * sessionStorage, as the page has to survive a reload and a token must not outlive its tab or be seen by others. A
 * cookie would be sent by itself, with requests that another site starts too; the API takes none. What a script could
 * steal it could use at once in either case, which is why the page runs no script but its own (the security policy).
 */
import { createStore } from "@/store";

const NAME = "tapestream.token";

export interface Session {
  /** null: nobody is logged in */
  token: string | null;
  /** why one has to log in, in a sentence; null on a first visit */
  reason: string | null;
}

export const session = createStore<Session>({ token: sessionStorage.getItem(NAME), reason: null });

export function begin(token: string): void {
  sessionStorage.setItem(NAME, token);
  session.set({ token, reason: null });
}

/** Forget the token; a token that is given is forgotten only while it is still the one in use. */
export function end(reason: string | null, token?: string): void {
  if (token !== undefined && token !== session.get().token) return;
  sessionStorage.removeItem(NAME);
  session.set({ token: null, reason });
}
