/** Short words about what was done or went wrong: `say("...")` from anywhere. Screen readers hear them. */
import { useEffect } from "react";
import { problemOf } from "@/api/problem";
import { createStore, useStore } from "@/store";
import { Button } from "@/ui/button";
import { classes } from "@/ui/classes";

interface Said {
  number: number;
  text: string;
  isBad: boolean;
}

const SHOWN_MS = 8_000;
const SHOWN_MAX = 4;
const said = createStore<readonly Said[]>([]);
let count = 0;

export function say(text: string): void {
  add(text, false);
}

/** Say what went wrong, in the Problem's words. It stays until it is closed. */
export function sayFailed(error: unknown): void {
  const problem = problemOf(error);
  add(`${problem.title}: ${problem.detail}`, true);
}

function add(text: string, isBad: boolean): void {
  count += 1;
  said.set([...said.get(), { number: count, text, isBad }].slice(-SHOWN_MAX));
}

function close(number: number): void {
  said.set(said.get().filter((one) => one.number !== number));
}

export function Toasts() {
  const all = useStore(said);
  return (
    <div className="toasts" role="log" aria-live="polite" aria-label="Notices">
      {all.map((one) => (
        <Toast key={one.number} {...one} />
      ))}
    </div>
  );
}

function Toast({ number, text, isBad }: Said) {
  useEffect(() => {
    if (isBad) return undefined;
    const timer = window.setTimeout(() => close(number), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [number, isBad]);
  return (
    <div className={classes("toast", isBad && "is-bad")} role={isBad ? "alert" : undefined}>
      <span>{text}</span>
      <Button tone="quiet" aria-label="Close this notice" onClick={() => close(number)}>
        ✕
      </Button>
    </div>
  );
}
