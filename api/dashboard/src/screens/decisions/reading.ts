/** Whether somebody reads a list: the pointer or the focus is in it, or it is scrolled away from its top. */
import { useEffect, useState, type FocusEvent, type RefObject } from "react";

interface Reading {
  isReading: boolean;
  /** for the element around the list */
  handlers: {
    onPointerEnter: () => void;
    onPointerLeave: () => void;
    onFocus: () => void;
    onBlur: (event: FocusEvent) => void;
  };
}

/** `top` stands just above the list: while it is out of sight, the list is read further down. */
export function useReading(top: RefObject<HTMLElement | null>): Reading {
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const [isBelow, setBelow] = useState(false);
  useEffect(() => {
    const watched = top.current;
    if (watched === null) return undefined;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry !== undefined) setBelow(!entry.isIntersecting && entry.boundingClientRect.top < 0);
    });
    observer.observe(watched);
    return () => observer.disconnect();
  }, [top]);
  return {
    isReading: isPointed || isFocused || isBelow,
    handlers: {
      onPointerEnter: () => setPointed(true),
      onPointerLeave: () => setPointed(false),
      onFocus: () => setFocused(true),
      onBlur: (event) => setFocused(event.currentTarget.contains(event.relatedTarget)),
    },
  };
}
