import { Link, useSearchParams } from "wouter";
import { $api } from "@/api/client";
import type { paths } from "@/api/schema";
import type { Happening } from "@/live";
import { useReadAgain } from "@/live/read-again";
import { Day, Symbol } from "@/screens/decisions/narrowing";
import { filtersOf, queryOf, withFilter, type Filters } from "@/screens/decisions/filters";
import { Button, Empty, Loaded, Page } from "@/ui";
import { Curves, Differences } from "./charts";
import { Agreement, AgentsPerformance, PairList, Regimes, Shadows } from "./tables";
import { Tests, Verdict } from "./verdict";
import "./ab.css";

const MOVING: readonly Happening["kind"][] = ["decision", "exit"];
const OLD: readonly (keyof paths)[] = ["/experiments/compare", "/agents/performance", "/shadow-positions"];

/** Engine against engine on identical inputs. */
export default function AB() {
  const [search, setSearch] = useSearchParams();
  const filters = filtersOf(search);
  const { symbol, since, until } = queryOf(filters);
  useReadAgain(MOVING, OLD);
  const compared = $api.useQuery("get", "/experiments/compare", {
    params: { query: { ...(symbol && { symbol }), ...(since && { from: since }), ...(until && { to: until }) } },
  });
  const change = (name: keyof Filters) => (value: string) => {
    if (filters[name] !== value) setSearch(withFilter(search, name, value), { replace: true });
  };
  const isNarrowed = filters.symbol !== "" || filters.from !== "" || filters.to !== "";
  return (
    <Page title="Engine A against engine B">
      <div className="filters" role="search" aria-label="Pairs">
        <Symbol key={filters.symbol} symbol={filters.symbol} onChange={change("symbol")} />
        <Day label="Signals from day" value={filters.from} onChange={change("from")} />
        <Day label="To day" value={filters.to} onChange={change("to")} />
        {isNarrowed && <Button onClick={() => setSearch(new URLSearchParams(), { replace: true })}>Show all</Button>}
      </div>
      <Loaded query={compared} what="the comparison">
        {(found) =>
          found.items.length === 0 ? (
            <Empty title="No signal to compare the engines on.">
              {isNarrowed
                ? "Widen what you ask for, or show all."
                : "Every signal is judged by both once engine B is switched on (ENABLE_VARIANT_B): "}
              {!isNarrowed && <Link href="/controls">Controls</Link>}
            </Empty>
          ) : (
            <>
              <Verdict found={found} />
              <div className="columns">
                <Curves curve={found.paired.curve} />
                <Agreement found={found} />
                <Differences differences={found.differences} />
                <Tests found={found} />
              </div>
              <Regimes rows={found.paired.by_regime} />
              <PairList items={found.items} />
            </>
          )
        }
      </Loaded>
      <AgentsPerformance />
      <Shadows />
    </Page>
  );
}
