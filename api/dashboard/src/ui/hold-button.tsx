import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { classes } from "@/ui/classes";

const HOLD_MS = 1_000;
const AGAIN_MS = 5_000;

interface HoldButtonProps {
  onHeld: () => void;
  disabledReason?: string | null;
  children: ReactNode;
}

/**
 * A button that acts when it has been held for a second: by pointer, or by Enter or Space.
 *
 * Assistive technology that presses buttons by itself cannot hold one: it presses twice within five seconds.
 */
export function HoldButton({ onHeld, disabledReason = null, children }: HoldButtonProps) {
  const [isHeld, setHeld] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const timer = useRef<number | undefined>(undefined);
  const hintId = useId();
  const release = () => {
    window.clearTimeout(timer.current);
    setHeld(false);
  };
  const press = () => {
    if (disabledReason !== null) return;
    window.clearTimeout(timer.current);
    setHeld(true);
    timer.current = window.setTimeout(() => {
      setHeld(false);
      onHeld();
    }, HOLD_MS);
  };
  useEffect(() => () => window.clearTimeout(timer.current), []);
  useEffect(() => {
    if (!isAsked) return undefined;
    const back = window.setTimeout(() => setAsked(false), AGAIN_MS);
    return () => window.clearTimeout(back);
  }, [isAsked]);
  return (
    <>
      <button
        type="button"
        className={classes("button is-danger hold", isHeld && "is-held")}
        aria-disabled={disabledReason !== null || undefined}
        aria-describedby={hintId}
        title={disabledReason ?? undefined}
        onPointerDown={(event) => {
          if (event.button === 0) press();
        }}
        onPointerUp={release}
        onPointerLeave={release}
        onPointerCancel={release}
        onContextMenu={(event) => event.preventDefault()}
        onKeyDown={(event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          if (!event.repeat) press();
        }}
        onKeyUp={release}
        onBlur={release}
        onClick={(event) => {
          // a press that no pointer and no key made has no detail
          if (event.detail !== 0 || disabledReason !== null) return;
          setAsked(!isAsked);
          if (isAsked) onHeld();
        }}
      >
        <span>{children}</span>
      </button>
      <span id={hintId} className="visually-hidden" aria-live="polite">
        {disabledReason ?? (isAsked ? "Press once more to confirm" : "Hold for one second")}
      </span>
    </>
  );
}
