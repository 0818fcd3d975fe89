import { Button } from "@/ui/button";

interface NextPageProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
  /** what more of is shown: "calls" */
  what: string;
}

/** Below a list that comes in pages: the way to older rows, or that there are none. */
export function NextPage({ query, what }: NextPageProps) {
  if (!query.hasNextPage) return null;
  const reason = query.isFetchingNextPage ? "On their way …" : null;
  return (
    <div className="more">
      <Button disabledReason={reason} onClick={() => void query.fetchNextPage()}>
        {query.isFetchingNextPage ? "Loading …" : `Older ${what}`}
      </Button>
    </div>
  );
}
