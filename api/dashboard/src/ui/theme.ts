/** Dark or light: as the system has it, or as one chose here, which is remembered. */
import { useSyncExternalStore } from "react";
import { createStore, useStore } from "@/store";

export type ThemeChoice = "system" | "dark" | "light";

const NAME = "tapestream.theme";

function remembered(): ThemeChoice {
  const found = localStorage.getItem(NAME);
  return found === "dark" || found === "light" ? found : "system";
}

const choice = createStore<ThemeChoice>("system");

export function chooseTheme(next: ThemeChoice): void {
  if (next === "system") localStorage.removeItem(NAME);
  else localStorage.setItem(NAME, next);
  apply(next);
}

/** Have what was remembered hold; before anything is drawn. */
export function restoreTheme(): void {
  apply(remembered());
}

function apply(next: ThemeChoice): void {
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  choice.set(next);
}

export function useThemeChoice(): ThemeChoice {
  return useStore(choice);
}

/** The theme in force. */
export function useTheme(): "dark" | "light" {
  const chosen = useThemeChoice();
  const isDark = useSyncExternalStore(
    (listener) => {
      const query = systemDark();
      query.addEventListener("change", listener);
      return () => query.removeEventListener("change", listener);
    },
    () => systemDark().matches,
  );
  if (chosen !== "system") return chosen;
  return isDark ? "dark" : "light";
}

function systemDark(): MediaQueryList {
  return window.matchMedia("(prefers-color-scheme: dark)");
}
