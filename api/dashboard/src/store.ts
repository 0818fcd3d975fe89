/** A value outside React that components can watch. */
import { useSyncExternalStore } from "react";

export interface Store<T> {
  get: () => T;
  set: (value: T) => void;
  subscribe: (listener: () => void) => () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Watch what `select` takes of a store. It must give the same object while nothing of it has changed. */
export function useStore<T, S = T>(store: Store<T>, select: (value: T) => S = identity as (value: T) => S): S {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}

function identity<T>(value: T): T {
  return value;
}
