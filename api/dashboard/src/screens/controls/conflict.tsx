import { useState } from "react";
import { chosen, conflicts, draftOf, type Draft, type Side } from "@/screens/controls/draft";
import type { Rule } from "@/screens/controls/rules";
import type { Tagged } from "@/screens/controls/tagged";
import { Button, Dialog, When } from "@/ui";

interface ConflictDialogProps {
  rules: readonly Rule[];
  base: Draft;
  mine: Draft;
  theirs: Tagged;
  whyNot: string | null;
  onClose: () => void;
  onForget: () => void;
  onSave: (draft: Draft) => void;
}

/** Somebody else has saved meanwhile: theirs beside one's own, and for each difference a choice. */
export function ConflictDialog({ rules, base, mine, theirs, whyNot, onClose, onForget, onSave }: ConflictDialogProps) {
  const found = draftOf(rules, theirs.rules.control);
  const rows = conflicts(rules, base, mine, found);
  const [sides, setSides] = useState<Record<string, Side>>(() =>
    Object.fromEntries(rows.map(({ name, likely }) => [name, likely])),
  );
  return (
    <Dialog title="Changed meanwhile" onClose={onClose}>
      <p>
        {theirs.rules.changed_by ?? "Somebody"} saved these rules, <When at={theirs.rules.changed_at} form="full" />,
        while you edited them. Nothing of yours is saved yet.
      </p>
      {rows.length === 0 ? (
        <p>What you typed is what was saved: there is nothing to choose.</p>
      ) : (
        <div className="stack">
          {rows.map(({ name, label, ...texts }) => (
            <fieldset key={name} className="conflict">
              <legend>{label}</legend>
              {SIDES.map(({ side, title }) => (
                <label key={side} className="check">
                  <input
                    type="radio"
                    name={name}
                    checked={sides[name] === side}
                    onChange={() => setSides({ ...sides, [name]: side })}
                  />
                  {title}: <strong>{texts[side] === "" ? "not set here" : texts[side]}</strong>
                </label>
              ))}
            </fieldset>
          ))}
        </div>
      )}
      <div className="row">
        {rows.length > 0 && (
          <Button tone="primary" disabledReason={whyNot} onClick={() => onSave(chosen(mine, found, sides))}>
            Review and save what is chosen
          </Button>
        )}
        <Button onClick={onForget}>Keep theirs, drop mine</Button>
        <Button onClick={onClose}>Go on editing</Button>
      </div>
    </Dialog>
  );
}

const SIDES: readonly { side: Side; title: string }[] = [
  { side: "theirs", title: "Theirs" },
  { side: "mine", title: "Yours" },
];
