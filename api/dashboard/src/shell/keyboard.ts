/** The keys of the page. They can be switched off, for those who speak to their computer. */
import { useEffect } from "react";
import { useLocation } from "wouter";
import { screens } from "@/screens";
import type { Opened } from "@/shell/app";
import { meaningOf } from "@/shell/keys";
import { createStore, useStore } from "@/store";

const NAME = "tapestream.keys";
const isOn = createStore(localStorage.getItem(NAME) !== "off");

export function useSingleKeys(): boolean {
  return useStore(isOn);
}

export function setSingleKeys(on: boolean): void {
  localStorage.setItem(NAME, on ? "on" : "off");
  isOn.set(on);
}

/** Have keys open dialogs, go to screens and move in tables. A dialog that is open has its keys to itself. */
export function useKeys(onOpen: (what: Opened) => void): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    let beganAt: number | null = null;
    const onKey = (event: KeyboardEvent) => {
      if (!isOn.get() || document.querySelector("dialog[open]") !== null) return;
      const meaning = meaningOf(
        {
          key: event.key,
          at: event.timeStamp,
          hasModifier: event.ctrlKey || event.metaKey || event.altKey,
          isTyping: isTyping(event.target),
        },
        beganAt,
      );
      beganAt = meaning.kind === "began" ? event.timeStamp : null;
      switch (meaning.kind) {
        case "open":
          event.preventDefault();
          if (meaning.what === "search" && focusSearch()) return;
          onOpen(meaning.what);
          break;
        case "go": {
          const found = screens.find(({ key }) => key === meaning.key);
          if (found !== undefined) navigate(found.path);
          break;
        }
        case "move":
          moveInRows(meaning.step);
          break;
        case "began":
        case "nothing":
          break;
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [navigate, onOpen]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLElement>("main [data-search]");
  field?.focus();
  return field !== null;
}

/** Focus the next or previous row of the table that has the focus, else the first row of the first table. */
function moveInRows(step: 1 | -1): void {
  const here = document.activeElement?.closest("tr")?.querySelector<HTMLElement>("[data-opener]");
  const table = here?.closest("table") ?? document.querySelector("main table[data-rows]");
  const rows = [...(table?.querySelectorAll<HTMLElement>("[data-opener]") ?? [])];
  const at = here === undefined || here === null ? -1 : rows.indexOf(here);
  const next = rows[at === -1 ? 0 : at + step];
  next?.focus();
  next?.closest("tr")?.scrollIntoView({ block: "nearest" });
}
