/** Lists that come in pages, for `$api.useInfiniteQuery`: each page names the cursor of the next one. */
interface PageOf<Row> {
  items: Row[];
  next_cursor?: string | null;
}

export const PAGED = {
  pageParamName: "cursor",
  // null is left out of the address, while undefined would be made a 0
  initialPageParam: null,
  getNextPageParam: (page: PageOf<unknown>) => page.next_cursor ?? null,
};

/** Return the rows of all pages read so far, each once: a list that grows at its head moves rows to the next page. */
export function rowsOf<Row>(data: { pages: readonly PageOf<Row>[] }, keyOf: (row: Row) => string): Row[] {
  const rows = new Map<string, Row>();
  for (const page of data.pages) for (const row of page.items) rows.set(keyOf(row), row);
  return [...rows.values()];
}
