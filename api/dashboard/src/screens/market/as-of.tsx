import { ageOf } from "@/screens/market/ages";
import { Badge } from "@/ui";
import { duration, when } from "@/ui/format";
import { When } from "@/ui/values";

interface AsOfProps {
  what?: string;
  at: string | null;
  /** the platform's time of the answer */
  now: string;
  /** by whose reckoning it is too old: the API's */
  isStale?: boolean;
}

/** Of which time something is, how old that made it, and whether it is too old to go by. */
export function AsOf({ what, at, now, isStale = false }: AsOfProps) {
  if (at === null) return <span className="muted">never</span>;
  return (
    <span className="row as-of" title={`as of ${when(now)}`}>
      <span>
        {what} <When at={at} /> · {duration(ageOf(at, now))} old
      </span>
      {isStale && <Badge tone="warning">stale</Badge>}
    </span>
  );
}
