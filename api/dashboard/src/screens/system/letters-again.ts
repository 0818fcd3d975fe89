/** What became of a letter is written by the history a moment after the API has taken it: letters are read again then. */
import { keyOf, queries } from "@/api/client";

const AFTER_MS = [400, 2_500] as const;

export function readLettersAgain(): void {
  for (const ms of AFTER_MS) {
    window.setTimeout(() => {
      for (const path of ["/dead-letters", "/dead-letters/{dead_letter_id}", "/monitoring"] as const) {
        void queries.invalidateQueries({ queryKey: keyOf(path) });
      }
    }, ms);
  }
}
