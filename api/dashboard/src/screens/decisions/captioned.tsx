import { DataTable } from "@/ui";
import type { DataTableProps } from "@/ui/table";

/** One of several tables in a panel: its caption is seen. */
export function Captioned<T>(props: Omit<DataTableProps<T>, "isCaptionShown" | "narrow">) {
  return <DataTable isCaptionShown narrow="cards" {...props} />;
}
