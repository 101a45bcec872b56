import type { AdminSchemas } from '#api-client';
import { NDJSON } from './bulk.js';
import { type Output, plain } from './output.js';
import type { Session } from './session.js';
import type { Column } from './vocabulary.js';

type Line = AdminSchemas['WholeClient'];

/** Prints the clients of a domain with some of their fields, from an export, as a table or as JSON. */
export async function showColumns(
  session: Session,
  { domain, search, columns }: { domain: string; search?: string; columns: readonly Column[] },
  output: Output,
): Promise<void> {
  const response = await session.stream(`/admin/domains/${encodeURIComponent(domain)}/export`, NDJSON);
  const rows: Partial<Line>[] = [];
  for await (const value of session.lines(response)) {
    const line = value as Line;
    // The server searches ids in the same way.
    if (search !== undefined && !line.clientId.includes(search)) continue;
    rows.push(Object.fromEntries(columns.map((column) => [column, line[column]])));
  }
  output.result(rows, (shown) =>
    output.table(
      columns.map(headingOf),
      shown.map((row) => columns.map((column) => plain(row[column]))),
    ),
  );
}

/** `redirectUris` → `REDIRECT URIS`. */
function headingOf(column: Column): string {
  return column.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase();
}
