import { Link, useLocation } from "wouter";
import { screens } from "@/screens";
import { useMay } from "@/ui/may";

export function Navigation() {
  const [location] = useLocation();
  const noReading = useMay("read");
  const noAdministering = useMay("administer");
  return (
    <nav className="side" aria-label="Screens">
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
