/** A list as a file. A link could not carry the session's token: the file is asked for, and then kept. */
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { session } from "@/api/session";
import { Button } from "@/ui/button";
import { say, sayFailed } from "@/ui/toasts";

interface ExportListProps {
  /** of the list's route, `/history/positions`, with the filters in force */
  path: string;
  query: Readonly<Record<string, string>>;
  /** the rows in words: "closed positions" */
  what: string;
}

const KINDS = [
  { format: "csv", title: "CSV" },
  { format: "parquet", title: "Parquet" },
] as const;

export function ExportList({ path, query, what }: ExportListProps) {
  const [busy, setBusy] = useState<string | null>(null);

  async function save(format: string): Promise<void> {
    setBusy(format);
    try {
      const answer = await fetch(`${path}?${new URLSearchParams({ ...query, format }).toString()}`, {
        headers: { Authorization: `Bearer ${session.get().token ?? ""}` },
        cache: "no-store",
      });
      if (!answer.ok) {
        sayFailed(asProblem(await answer.text(), answer.status, answer.headers));
        return;
      }
      keep(await answer.blob(), nameOf(answer) ?? `export.${format}`);
      if (answer.headers.has("X-Next-Cursor")) say(`The file holds the newest ${what} only: choose a shorter time for the rest.`);
    } catch (failure) {
      sayFailed(failure);
    } finally {
      setBusy(null);
    }
  }

  return (
    <>
      {KINDS.map(({ format, title }) => (
        <Button
          key={format}
          tone="quiet"
          aria-label={`Export ${what} as ${title}`}
          disabledReason={busy === null ? null : "A file is on its way"}
          onClick={() => void save(format)}
        >
          {busy === format ? "Writing …" : `↓ ${title}`}
        </Button>
      ))}
    </>
  );
}

function nameOf(answer: Response): string | null {
  return /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? null;
}

function keep(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
