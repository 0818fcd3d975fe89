/** Figures and times in the page: what they mean is never told by colour alone. */
import { classes } from "@/ui/classes";
import { clock, day, money, percent, quantity, when } from "@/ui/format";

interface ValueProps {
  value: number | null | undefined;
  /** profit or loss: with sign, arrow and colour */
  isChange?: boolean;
  digits?: number;
}

function Change({ value, text }: { value: number | null | undefined; text: string }) {
  const sign = Math.sign(value ?? 0);
  return (
    <span className={classes("nowrap", sign > 0 && "profit", sign < 0 && "loss")}>
      {text}
      {sign !== 0 && <span aria-hidden="true">{sign > 0 ? " ▲" : " ▼"}</span>}
    </span>
  );
}

/** Dollars. */
export function Money({ value, isChange = false, digits }: ValueProps) {
  const text = money(value, { isSigned: isChange, digits });
  return isChange ? <Change value={value} text={text} /> : <span className="nowrap">{text}</span>;
}

export function Percent({ value, isChange = false, digits }: ValueProps) {
  const text = percent(value, { isSigned: isChange, digits });
  return isChange ? <Change value={value} text={text} /> : <span className="nowrap">{text}</span>;
}

export function Quantity({ value, digits }: Omit<ValueProps, "isChange">) {
  return <span className="nowrap">{quantity(value, { digits })}</span>;
}

interface WhenProps {
  at: string | null | undefined;
  /** date and time of day, without the zone: beside other times whose zone is told */
  form?: "full" | "short" | "day";
}

/** A time at the exchange; the tooltip has it in full. */
export function When({ at, form = "short" }: WhenProps) {
  if (at === null || at === undefined) return <span>–</span>;
  const text = form === "full" ? when(at) : form === "day" ? day(at) : `${day(at).slice(5)} ${clock(at)}`;
  return (
    <time className="nowrap" dateTime={at} title={when(at)}>
      {text}
    </time>
  );
}
