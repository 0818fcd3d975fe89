import { useEffect, useRef, type ReactNode } from "react";

let isFirst = true;

interface PageProps {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** A screen: its heading takes the focus when one has come here from another screen, and names the tab. */
export function Page({ title, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Tapestream`;
  }, [title]);
  useEffect(() => {
    // when the page is opened the browser's own order of focus holds
    if (!isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, []);
  return (
    <div className="page">
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions !== undefined && <div className="row">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
