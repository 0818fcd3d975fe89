/** What moves with a position's mark: each cell watches its own mark, and is drawn again alone. */
import { useMark, type Position } from "@/live";
import { Badge, Money, Percent } from "@/ui";
import { duration, money, percent, words } from "@/ui/format";
import { daysLeft, secondsBetween } from "./contract";
import { ExitTrack } from "./exit-track";
import { away, exitName, nearestOf, stopOf, targetOf, type Exit } from "./exits";
import { priceOf } from "./open-rows";

interface Of {
  position: Position;
}

export function MarkCell({ position }: Of) {
  return <Money value={priceOf(position, useMark(position.position_id))} />;
}

export function PnlCell({ position }: Of) {
  return <Money value={useMark(position.position_id)?.unrealized_pnl ?? position.unrealized_pnl} isChange />;
}

export function PercentCell({ position }: Of) {
  return <Percent value={useMark(position.position_id)?.position_pnl_percent ?? position.position_pnl_percent} isChange />;
}

/** By the tape's time, not the reader's: a recorded session has a time of its own. */
export function HeldCell({ position }: Of) {
  const mark = useMark(position.position_id);
  return <>{duration(secondsBetween(position.entry_timestamp, mark?.marked_at ?? position.marked_at))}</>;
}

export function DaysCell({ position }: Of) {
  const mark = useMark(position.position_id);
  const days = daysLeft(position.expiration, mark?.marked_at ?? position.marked_at);
  if (days === null) return <>–</>;
  return days > 0 ? <>{days}</> : <Badge tone="warning">{days === 0 ? "0 · today" : "expired"}</Badge>;
}

const FAR: Record<"stop" | "target", (exits: readonly Exit[]) => Exit | null> = { stop: stopOf, target: targetOf };

/** How far it is to the stop or the target, of the mark. */
export function DistanceCell({ position, to }: Of & { to: "stop" | "target" }) {
  const mark = priceOf(position, useMark(position.position_id));
  const exit = FAR[to](position.exits ?? []);
  if (exit === null) return <>–</>;
  return <Distance exit={exit} mark={mark} />;
}

/** Passed levels say so: their exit is on its way. */
export function Distance({ exit, mark }: { exit: Exit; mark: number | null }) {
  const { distance, percent: share } = away(exit, mark);
  const title = `${exitName(exit.reason)} at ${money(exit.price)}`;
  if (distance !== null && distance <= 0) return <Badge tone="warning">reached</Badge>;
  return (
    <span className="nowrap" title={title}>
      {percent(share)}
    </span>
  );
}

/** All levels on a line, the nearest one in words. */
export function ExitsCell({ position }: Of) {
  const mark = priceOf(position, useMark(position.position_id));
  const exits = position.exits ?? [];
  const nearest = nearestOf(exits, mark);
  if (position.status === "closing") return <Badge tone="accent">{`closing: ${words(position.exit_reason)}`}</Badge>;
  return (
    <span className="exits-cell">
      <ExitTrack exits={exits} entry={position.entry_price} mark={mark} />
      <span className="exits-nearest">
        {nearest === null ? "–" : `${exitName(nearest.reason)} ${percent(away(nearest, mark).percent)}`}
      </span>
    </span>
  );
}
