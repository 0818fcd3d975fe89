import type { Schemas } from "@/api/client";
import { Money, Percent, Quantity, Stat, Stats, When } from "@/ui";
import { duration } from "@/ui/format";
import { secondsBetween } from "./contract";
import { exitName } from "./exits";
import { DaysCell, HeldCell, MarkCell, PercentCell, PnlCell } from "./live-cells";
import { engineOf } from "./open-rows";
import type { Position } from "@/live";

type Detail = Schemas["PositionDetail"];

/** The figures of a position that is held: those of the mark move with it. */
export function HeldFigures({ position }: { position: Detail }) {
  const row: Position = { ...position, change: "held" };
  return (
    <div className="figures-4">
      <Stats label="The position">
        <Stat label="Contracts" note={`of ${position.initial_quantity ?? position.quantity} bought`}>
          <Quantity value={position.quantity} />
        </Stat>
        <Stat label="Entry" note={<When at={position.entry_timestamp} />}>
          <Money value={position.entry_price} />
        </Stat>
        <Stat label="Mark" note={position.closing == null ? undefined : <Quote {...position.closing} />}>
          <MarkCell position={row} />
        </Stat>
        <Stat label="Open P&L" note={<PercentCell position={row} />}>
          <PnlCell position={row} />
        </Stat>
        <Stat label="Realised so far">
          <Money value={position.realized_pnl} isChange />
        </Stat>
        <Stat label="Held">
          <HeldCell position={row} />
        </Stat>
        <Stat label="Days to expiration" note={position.expiration}>
          <DaysCell position={row} />
        </Stat>
        <Stat label="Engine" note={position.entry_regime_type ?? undefined}>
          {engineOf(position)}
        </Stat>
      </Stats>
    </div>
  );
}

function Quote({ bid, ask }: { bid: number | null; ask: number | null }) {
  return (
    <>
      <Money value={bid} /> × <Money value={ask} />
    </>
  );
}

export function ClosedFigures({ position }: { position: Detail }) {
  const codes = position.exit_codes ?? [];
  return (
    <div className="figures-4">
      <Stats label="The position">
        <Stat label="Contracts">
          <Quantity value={position.initial_quantity} />
        </Stat>
        <Stat label="Entry" note={<When at={position.entry_timestamp} />}>
          <Money value={position.entry_price} />
        </Stat>
        <Stat label="Exit" note={<When at={position.exit_timestamp} />}>
          <Money value={position.exit_price} />
        </Stat>
        <Stat label="P&L" note={<Percent value={position.position_pnl_percent} isChange />}>
          <Money value={position.realized_pnl} isChange />
        </Stat>
        <Stat label="Closed by" note={codes.length > 1 ? codes.map(exitName).join(", ") : undefined}>
          {exitName(position.exit_reason)}
        </Stat>
        <Stat label="Held">{duration(secondsBetween(position.entry_timestamp, position.exit_timestamp))}</Stat>
        <Stat label="Engine" note={position.entry_regime_type ?? undefined}>
          {engineOf(position)}
        </Stat>
      </Stats>
    </div>
  );
}
