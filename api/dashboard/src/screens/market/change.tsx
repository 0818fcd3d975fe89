import { classes } from "@/ui";
import { shortMoney } from "@/ui/scale";

/** Dollars in few characters, with sign, arrow and colour. */
export function Change({ value }: { value: number }) {
  return (
    <span className={classes("nowrap", value > 0 && "profit", value < 0 && "loss")}>
      {shortMoney(value, { isSigned: true })}
      {value !== 0 && <span aria-hidden="true">{value > 0 ? " ▲" : " ▼"}</span>}
    </span>
  );
}
