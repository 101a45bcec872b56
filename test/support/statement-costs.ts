import type { DataSource } from 'typeorm';

interface Plan {
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
}

/**
 * How many pages PostgreSQL looks at for what `work` reads, by its own account (EXPLAIN ANALYZE of each statement again),
 * and how many characters it sends. Neither depends on how fast the machine is.
 */
export async function costOf(source: DataSource, work: () => Promise<unknown>) {
  const asked: [sql: string, values: unknown[] | undefined][] = [];
  let characters = 0;
  const { query } = source;
  source.query = async <T>(sql: string, values?: unknown[]) => {
    asked.push([sql, values]);
    const rows = await query.call<DataSource, [string, unknown[] | undefined], Promise<T>>(source, sql, values);
    characters += JSON.stringify(rows).length;
    return rows;
  };
  try {
    await work();
  } finally {
    source.query = query;
  }
  let pages = 0;
  for (const [sql, values] of asked) {
    const rows = await source.query<{ 'QUERY PLAN': { Plan: Plan }[] }[]>(
      `explain (analyze, buffers, format json) ${sql}`,
      values,
    );
    const { Plan: plan } = rows[0]!['QUERY PLAN'][0]!;
    pages += plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  }
  return { statements: asked.length, pages, characters };
}
