import { useEffect, useRef } from "react";
import { $api, keyOf, queries } from "@/api/client";
import type { Mark } from "@/live";
import { barAt } from "./chart-lines";

/** A bar is written a moment after its first price; many minutes may pass in a second of a replay. */
const AFTER_MS = 2_000;

/** A position's chart, read again when a mark begins a new bar. */
export function usePositionChart(id: string, mark: Mark | null) {
  const params = { params: { path: { position_id: id } } };
  const chart = $api.useQuery("get", "/positions/{position_id}/chart", params);
  const { data } = chart;
  const at = data === undefined || mark === null ? null : barAt(data.contract, mark.marked_at, data.step_s);
  const timer = useRef<number | null>(null);
  useEffect(() => {
    if (at === null) return;
    timer.current ??= window.setTimeout(() => {
      timer.current = null;
      void queries.invalidateQueries({ queryKey: keyOf("/positions/{position_id}/chart", { params: { path: { position_id: id } } }) });
    }, AFTER_MS);
  }, [at, id]);
  useEffect(
    () => () => {
      if (timer.current !== null) window.clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );
  return chart;
}
