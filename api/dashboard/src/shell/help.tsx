import { Fragment } from "react";
import { screens } from "@/screens";
import { setSingleKeys, useSingleKeys } from "@/shell/keyboard";
import { Check, Dialog } from "@/ui";

const KEYS: readonly [string, string][] = [
  ["?", "this help"],
  ["/", "search: of the screen, or of everything"],
  ["Shift K", "the kill switch"],
  ["j k", "next and previous row"],
  ["Enter", "open the row"],
  ["Esc", "close"],
];

export function HelpDialog({ onClose }: { onClose: () => void }) {
  const isOn = useSingleKeys();
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="pairs">
        {KEYS.map(([keys, does]) => (
          <Line key={keys} keys={keys} does={does} />
        ))}
        {screens.map(({ key, title }) => (
          <Line key={key} keys={`g ${key}`} does={title} />
        ))}
      </dl>
      <Check label="Keys are on (typing in a field never counts as one)" isChecked={isOn} onChange={setSingleKeys} />
      <p className="muted">
        Times are the exchange's, in New York. The interface for programs is described at <a href="/docs">/docs</a>.
      </p>
    </Dialog>
  );
}

function Line({ keys, does }: { keys: string; does: string }) {
  return (
    <>
      <dt>
        {keys
          .split(" ")
          .filter(Boolean)
          .map((key, number) => (
            <Fragment key={key}>
              {number > 0 && " "}
              <kbd>{key}</kbd>
            </Fragment>
          ))}
      </dt>
      <dd>{does}</dd>
    </>
  );
}
