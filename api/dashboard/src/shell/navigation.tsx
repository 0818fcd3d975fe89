import { useEffect, useRef } from "react";
import { Link, useLocation } from "wouter";
import { screens } from "@/screens";
import { useMay } from "@/ui/may";

export function Navigation() {
  const [location] = useLocation();
  const noReading = useMay("read");
  const noAdministering = useMay("administer");
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // in a row that is wider than the window, the screen that is shown is not to be out of sight
    const link = nav.current?.querySelector<HTMLElement>("[aria-current]");
    if (nav.current !== null && link != null) {
      nav.current.scrollLeft = link.offsetLeft - (nav.current.clientWidth - link.offsetWidth) / 2;
    }
  }, [location]);
  return (
    <nav className="side" aria-label="Screens" ref={nav}>
      <ul>
        {screens.map(({ path, title, key, needs }) => {
          const isHere = path === "/" ? location === "/" : location === path || location.startsWith(`${path}/`);
          const whyNot = needs === "administer" ? noAdministering : needs === "read" ? noReading : null;
          return (
            <li key={path}>
              <Link
                href={path}
                aria-current={isHere ? "page" : undefined}
                title={whyNot ?? `g ${key}`}
                aria-keyshortcuts={`g ${key}`}
              >
                {title}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
