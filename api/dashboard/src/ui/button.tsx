import type { ButtonHTMLAttributes, ReactNode } from "react";
import { classes } from "@/ui/classes";

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "disabled"> {
  tone?: "plain" | "primary" | "danger" | "quiet";
  /** why it cannot be pressed, in a sentence: it stays where the keyboard finds it, and says so. null: it can. */
  disabledReason?: string | null;
  children: ReactNode;
}

export function Button({ tone = "plain", disabledReason = null, className, onClick, ...rest }: ButtonProps) {
  const isDisabled = disabledReason !== null;
  const why = isDisabled ? { title: disabledReason, "aria-description": disabledReason } : {};
  return (
    <button
      type="button"
      {...rest}
      className={classes("button", tone !== "plain" && `is-${tone}`, className)}
      aria-disabled={isDisabled || undefined}
      {...why}
      onClick={isDisabled ? (event) => event.preventDefault() : onClick}
    />
  );
}
