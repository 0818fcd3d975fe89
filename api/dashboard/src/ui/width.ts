/** How wide a chart may be: SVG is drawn in pixels, so that its text keeps its size on a narrow page. */
import { useEffect, useRef, useState, type RefObject } from "react";

const FIRST_PX = 600;

/** Return a ref for the box around a drawing, and the box's width in pixels as it is now. */
export function useWidth<T extends HTMLElement>(): [RefObject<T | null>, number] {
  const box = useRef<T>(null);
  const [width, setWidth] = useState(FIRST_PX);
  useEffect(() => {
    if (box.current === null) return undefined;
    const watch = new ResizeObserver(([entry]) => {
      const found = Math.round(entry?.contentRect.width ?? 0);
      if (found > 0) setWidth(found);
    });
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return [box, width];
}
