import pg from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';

interface Plan {
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly 'Relation Name'?: string;
  /** Absent where the whole table is looked through. */
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}

/** What is sent to the database by `work`, as it is or by TypeORM. */
async function askedBy(source: DataSource, work: () => Promise<unknown>) {
  const asked: [sql: string, values: unknown[] | undefined][] = [];
  let characters = 0;
  const noting =
    (send: (...args: never[]) => Promise<unknown>) =>
    async (...args: unknown[]) => {
      const [sql, values] = args as [string, unknown[] | undefined];
      asked.push([sql, values]);
      const answer = await send(...(args as never[]));
      const rows = (answer as { records?: unknown } | null)?.records ?? answer;
      characters += JSON.stringify(rows).length;
      return answer;
    };
  const { query, createQueryRunner } = source;
  source.query = noting(query.bind(source)) as typeof query;
  source.createQueryRunner = (mode) => {
    const runner = createQueryRunner.call(source, mode);
    return Object.assign(runner, { query: noting(runner.query.bind(runner)) });
  };
  try {
    await work();
  } finally {
    Object.assign(source, { query, createQueryRunner });
  }
  return { asked, characters };
}

/** How a session plans what it has prepared: by itself, or once for whatever values may come. */
export type PlanMode = 'auto' | 'force_generic_plan';

/** As it is planned by a session that has prepared it: EXPLAIN of the statement itself would be planned for its values. */
async function planOf(runner: QueryRunner, options: string, sql: string, values: unknown[] = []): Promise<Plan> {
  await runner.query(`prepare explained as ${sql}`);
  const given = values.length > 0 ? `(${values.map(literal).join(', ')})` : '';
  const rows = await runner.query(`explain (${options}, format json) execute explained${given}`);
  await runner.query('deallocate explained');
  return rows[0]['QUERY PLAN'][0].Plan;
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  const text = Array.isArray(value) ? `{${value.map((each) => JSON.stringify(textOf(each))).join()}}` : textOf(value);
  return pg.escapeLiteral(text);
}

function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

/** In one transaction, or behind a pooler what is prepared could be in another session. */
async function withRunner<T>(source: DataSource, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const runner = source.createQueryRunner();
  try {
    await runner.startTransaction();
    return await work(runner);
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

/** By which indexes the rows of a table are found for what `work` does; `none` = by looking through it. */
export async function indexesUsed(source: DataSource, table: string, work: () => Promise<unknown>): Promise<string[]> {
  const { asked } = await askedBy(source, work);
  const below = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(below)];
  return withRunner(source, async (runner) => {
    const used = new Set<string>();
    for (const [sql, values] of asked)
      for (const node of below(await planOf(runner, 'costs off', sql, values)))
        if (node['Relation Name'] === table && !('Operation' in node)) used.add(node['Index Name'] ?? 'none');
    return [...used];
  });
}

/**
 * How many pages PostgreSQL looks at for what `work` reads, by its own account (EXPLAIN ANALYZE of each statement again),
 * and how many characters it sends. Neither depends on how fast the machine is. The pages are those of the costliest mode.
 */
export async function costOf(source: DataSource, work: () => Promise<unknown>, modes: readonly PlanMode[] = ['auto']) {
  const { asked, characters } = await askedBy(source, work);
  const pagesOf: number[] = [];
  for (const mode of modes) {
    const pages = await withRunner(source, async (runner) => {
      await runner.query(`set local plan_cache_mode = ${mode}`);
      let pages = 0;
      for (const [sql, values] of asked) {
        const plan = await planOf(runner, 'analyze, buffers', sql, values);
        pages += plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
      }
      return pages;
    });
    pagesOf.push(pages);
  }
  return { statements: asked.length, pages: Math.max(...pagesOf), characters };
}
