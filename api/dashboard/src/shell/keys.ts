/** What a key means: a key alone, or the second after `g`. Pure. */

export const SEQUENCE_MS = 1_200;

export type Meaning =
  | { kind: "open"; what: "help" | "search" | "kill-switch" }
  | { kind: "go"; key: string }
  | { kind: "move"; step: 1 | -1 }
  | { kind: "began" }
  | { kind: "nothing" };

export interface Pressed {
  key: string;
  at: number;
  hasModifier: boolean;
  /** in a field, where a key is a letter */
  isTyping: boolean;
}

/** Return what a key means when `g` was pressed at a time; null: it was not. */
export function meaningOf(pressed: Pressed, beganAt: number | null): Meaning {
  if (pressed.hasModifier || pressed.isTyping) return { kind: "nothing" };
  if (beganAt !== null && pressed.at - beganAt <= SEQUENCE_MS) return { kind: "go", key: pressed.key };
  switch (pressed.key) {
    case "g":
      return { kind: "began" };
    case "?":
      return { kind: "open", what: "help" };
    case "/":
      return { kind: "open", what: "search" };
    case "K":
      return { kind: "open", what: "kill-switch" };
    case "j":
      return { kind: "move", step: 1 };
    case "k":
      return { kind: "move", step: -1 };
    default:
      return { kind: "nothing" };
  }
}
