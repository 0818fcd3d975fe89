import { useEffect, useId, useRef, type ReactNode } from "react";
import { Button } from "@/ui/button";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A modal dialog: the browser's own, which keeps the focus inside, closes on Escape and gives the focus back. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const id = useId();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = box.current;
    if (shown !== null && !shown.open) {
      shown.showModal();
      // where one is to type at once
      shown.querySelector<HTMLElement>("[data-first]")?.focus();
    }
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={box}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="dialog-head">
        <h2 id={id}>{title}</h2>
        <Button tone="quiet" aria-label="Close" onClick={onClose}>
          ✕
        </Button>
      </div>
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}
