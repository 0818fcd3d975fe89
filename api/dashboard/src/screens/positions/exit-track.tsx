import { money, percent } from "@/ui/format";
import { away, exitName, track, type Exit } from "./exits";

interface ExitTrackProps {
  exits: readonly Exit[];
  entry: number;
  mark: number | null;
}

const WIDTH = 100;
const HEIGHT = 14;
const EDGE = 4;

/** From the lowest level to the highest: bars close all, short ones a part; the entry a ring, the mark a point. */
export function ExitTrack({ exits, entry, mark }: ExitTrackProps) {
  const drawn = track(exits, entry, mark);
  if (drawn === null) return null;
  const said = exits.map((exit) => `${exitName(exit.reason)} ${money(exit.price)}, ${percent(away(exit, mark).percent)} away`);
  const at = (x: number) => EDGE + (x / 100) * (WIDTH - 2 * EDGE);
  const middle = HEIGHT / 2;
  return (
    <svg className="exit-track" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={said.join("; ")}>
      <line className="exit-track-line" x1={EDGE} x2={WIDTH - EDGE} y1={middle} y2={middle} />
      {drawn.levels.map(({ key, x, exit }) => {
        const reach = exit.takes === "all" ? 6 : 3;
        return (
          <line
            key={key}
            className={exit.side === "at_or_below" ? "exit-track-below" : "exit-track-above"}
            x1={at(x)}
            x2={at(x)}
            y1={middle - reach}
            y2={middle + reach}
          >
            <title>{`${exitName(exit.reason)} ${money(exit.price)}`}</title>
          </line>
        );
      })}
      <circle className="exit-track-entry" cx={at(drawn.entry)} cy={middle} r={2.5} />
      {drawn.mark !== null && <circle className="exit-track-mark" cx={at(drawn.mark)} cy={middle} r={3} />}
    </svg>
  );
}
