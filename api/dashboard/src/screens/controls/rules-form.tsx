import { useState } from "react";
import { queries } from "@/api/client";
import { fieldErrorsOf, problemOf } from "@/api/problem";
import { ConflictDialog } from "@/screens/controls/conflict";
import { checked, differences, draftOf, ENABLED, resulting, type Difference, type Draft, type Sent, type Values } from "@/screens/controls/draft";
import { RuleFields } from "@/screens/controls/rule-fields";
import { FAMILIES } from "@/screens/controls/families";
import { readRules, writeRules, type Family, type Tagged } from "@/screens/controls/tagged";
import { Button, Check, say, sayFailed, useConfirmed, When } from "@/ui";

interface RulesFormProps {
  family: Family;
  /** an account or an underlying; null: those of all */
  of: string | null;
  found: Tagged;
  /** what is in force where nothing is changed here */
  under: Values;
  /** what is used of each limit, as text */
  used: ReadonlyMap<string, string>;
  /** what a change concerns, a sentence each */
  concerns: readonly string[];
  mayNot: string | null;
}

interface Edit {
  /** what the draft was made from */
  base: Tagged;
  draft: Draft;
}

/** A set of rules as a form: what is in force, what was changed here, and how to change it. */
export function RulesForm({ family, of, found, under, used, concerns, mayNot }: RulesFormProps) {
  const { rules, title, enabled, whenOff } = FAMILIES[family];
  const [edit, setEdit] = useState<Edit | null>(null);
  const [theirs, setTheirs] = useState<Tagged | null>(null);
  const [refused, setRefused] = useState<Readonly<Record<string, string>>>({});
  const [isBusy, setBusy] = useState(false);
  const confirmed = useConfirmed();
  const base = edit?.base ?? found;
  const draft = edit?.draft ?? draftOf(rules, base.rules.control);
  const { value, errors } = checked(rules, base.rules.bounds, draft);
  const changes = changesOf(base, value);
  const name = `${title} of ${of ?? "all"}`;

  function inForceOf({ rules: { control, in_force } }: Tagged): Values {
    return { ...in_force, [ENABLED]: control?.enabled ?? in_force[ENABLED] ?? true };
  }

  function changesOf(from: Tagged, sent: Sent): Difference[] {
    return differences([enabled, ...rules], inForceOf(from), resulting(rules, sent, under, whenOff));
  }

  function put(rule: string, text: string): void {
    setRefused((all) => Object.fromEntries(Object.entries(all).filter(([field]) => field !== rule)));
    setEdit({ base, draft: { ...draft, [rule]: text } });
  }

  function forget(): void {
    setEdit(null);
    setTheirs(null);
    setRefused({});
  }

  /** Save a value over the rules it was made from; when they have changed since, show both. */
  async function save(from: Tagged, sent: Sent): Promise<void> {
    setBusy(true);
    try {
      await writeRules(family, of, sent, from.etag);
      // the form shows what is there by now before it lets go of what was typed
      await queries.invalidateQueries();
      forget();
      say(`${name}: saved, in force from the next event on.`);
    } catch (error) {
      if (problemOf(error).status === 412) await compare();
      else {
        setRefused(fieldErrorsOf(error));
        sayFailed(error);
      }
    } finally {
      setBusy(false);
    }
  }

  async function compare(): Promise<void> {
    try {
      setTheirs(await readRules(family, of));
    } catch (error) {
      sayFailed(error);
    }
  }

  /** Save a draft over the rules it was made from, once it was said what it changes; one that is not right is not sent. */
  async function ask(from: Tagged, wanted: Draft): Promise<void> {
    const sent = checked(rules, from.rules.bounds, wanted);
    if (Object.keys(sent.errors).length > 0) return;
    const told = changesOf(from, sent.value);
    const isSure = await confirmed({
      title: `Change the ${name.toLowerCase()}?`,
      consequences: [
        ...told.map(({ name: rule, label, from, to, does }) => (
          <span key={rule}>
            <strong>
              {label}: {from} → {to}
            </strong>
            <br />
            <span className="muted">{does}</span>
          </span>
        )),
        ...(told.length === 0 ? ["Nothing that is in force changes by it."] : []),
        ...concerns,
      ],
      action: "Save the change",
    });
    if (isSure) await save(from, sent.value);
  }

  const hasErrors = Object.keys(errors).length > 0;
  const whyNot =
    mayNot ??
    (isBusy ? "On its way …" : null) ??
    (edit === null ? "Nothing was edited." : null) ??
    (hasErrors ? "A field is not right yet: its message says what it takes." : null);
  return (
    <form
      className="stack"
      aria-label={name}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (whyNot === null) void ask(base, draft);
      }}
    >
      <p className="muted">
        {base.rules.changed_by == null ? (
          "Nothing was ever set here: what is configured, or set for all, holds."
        ) : (
          <>
            Changed by {base.rules.changed_by}, <When at={base.rules.changed_at} form="full" />.
          </>
        )}
      </p>
      {mayNot !== null && <p className="notice">{mayNot}</p>}
      {edit !== null && edit.base.etag !== found.etag && (
        <div className="notice row" role="status">
          {found.rules.changed_by ?? "Somebody"} has changed these while you edit them.
          <Button onClick={() => setTheirs(found)}>Compare with yours</Button>
        </div>
      )}
      <Check
        label={enabled.label}
        isChecked={draft[ENABLED] !== "off"}
        disabledReason={mayNot}
        onChange={(isOn) => put(ENABLED, isOn ? "on" : "off")}
      />
      <RuleFields
        rules={rules}
        bounds={base.rules.bounds}
        draft={draft}
        inForce={base.rules.in_force}
        under={under}
        errors={{ ...errors, ...refused }}
        used={used}
        mayNot={mayNot}
        onChange={put}
      />
      <div className="row">
        <Button type="submit" tone="primary" disabledReason={whyNot}>
          {isBusy ? "Saving …" : "Review and save"}
        </Button>
        <Button disabledReason={edit === null ? "Nothing was edited." : null} onClick={forget}>
          Undo edits
        </Button>
        {edit !== null && !hasErrors && (
          <span className="muted" role="status">
            {changes.length === 1 ? "1 change" : `${changes.length} changes`} to what is in force
          </span>
        )}
      </div>
      {theirs !== null && (
        <ConflictDialog
          rules={rules}
          base={draftOf(rules, base.rules.control)}
          mine={draft}
          theirs={theirs}
          whyNot={isBusy ? "On its way …" : null}
          onClose={() => setTheirs(null)}
          onForget={forget}
          onSave={(wanted) => {
            setEdit({ base: theirs, draft: wanted });
            setTheirs(null);
            void ask(theirs, wanted);
          }}
        />
      )}
    </form>
  );
}
