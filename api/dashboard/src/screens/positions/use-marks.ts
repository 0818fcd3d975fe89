/** All marks at once, at a pace: for what is reckoned over many positions. */
import { useSyncExternalStore } from "react";
import { live, type Mark } from "@/live";

function every(ms: number): (listener: () => void) => () => void {
  return (listener) => {
    let timer: number | null = null;
    const stop = live.subscribe(() => {
      timer ??= window.setTimeout(() => {
        timer = null;
        listener();
      }, ms);
    });
    return () => {
      stop();
      if (timer !== null) window.clearTimeout(timer);
    };
  };
}

const FOUR_A_SECOND = every(250);
const EACH_TWO_SECONDS = every(2_000);

/** For figures: redrawn at most four times a second, however many positions there are. */
export function useMarks(): ReadonlyMap<string, Mark> {
  return useSyncExternalStore(FOUR_A_SECOND, () => live.get().marks);
}

/** For an order of rows, which may not jump away under a hand. */
export function useSlowMarks(): ReadonlyMap<string, Mark> {
  return useSyncExternalStore(EACH_TWO_SECONDS, () => live.get().marks);
}
