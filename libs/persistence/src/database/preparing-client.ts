import { LRUCache } from 'lru-cache';
import pg from 'pg';
import { type ConnectionOptions, StoreConnection, streamOf } from './store-connection.js';

/** Statements beyond this many are sent unnamed: the server keeps every named one for the life of the connection. */
const MAX_NAMES = 300;
/** A statement has to come this often before it gets a name, or odd requests, each once, would use the names up. */
const MIN_USES = 5;
/** PostgreSQL ends statements sooner (data-source.ts); later, nobody is there who could. */
const ANSWER_TIMEOUT_MS = 6000;
/** What does not end when it is told to is left to itself. */
const CANCEL_TIMEOUT_MS = 1000;
const READ_ONLY = '25006';
const names = new Map<string, string>();
const uses = new LRUCache<string, number>({ max: 1000 });

/** Sends parameterised statements that come again as named prepared ones, which spares PostgreSQL more than half of its work on them. */
export class PreparingClient extends StoreConnection {
  /**
   * One for all statements: pg's own `query_timeout` makes one for each, and what those held, V8 moved to where only a
   * collection of the whole heap removes it (decision 21).
   */
  private readonly patience: NodeJS.Timeout;
  private isAwaited = false;

  /** `answerTimeoutMillis`: for statements with parameters; those without, such as a migration's, may take their time. */
  constructor(config?: string | (ConnectionOptions & { readonly answerTimeoutMillis?: number })) {
    super(config);
    const answerTimeoutMs = (typeof config === 'object' && config.answerTimeoutMillis) || ANSWER_TIMEOUT_MS;
    this.patience = setTimeout(() => this.giveUp(), answerTimeoutMs).unref();
    this.on('drain', () => {
      this.isAwaited = false;
    });
    this.once('end', () => clearTimeout(this.patience));
  }

  // biome-ignore lint/suspicious/noExplicitAny: pg's query has a dozen overloads, all of which must keep working
  override query(...args: any[]): any {
    const result = this.prepare(args);
    if (result instanceof Promise) result.catch((error) => this.endIfUseless(error));
    return result;
  }

  private prepare(args: unknown[]): unknown {
    const [text, values, ...rest] = args;
    // The pool may send it as soon as one with parameters is answered.
    this.isAwaited = false;
    if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0)
      return super.query(...(args as [string]));
    this.isAwaited = true;
    this.patience.refresh();
    const [callback] = rest;
    const name = this.sessions.keepNames ? nameOf(text) : undefined;
    if (typeof callback !== 'function') return super.query({ name, text, values });
    // What the pool sends: pg would copy the statement, slowly, were it an object.
    const query = new pg.Query(text, values);
    return super.query(Object.assign(query, { name, callback }) as pg.Submittable);
  }

  private giveUp(): void {
    if (!this.isAwaited) return;
    if (this.sessions.areKept) {
      this.abandon();
      return;
    }
    // Without a session nothing has told the server how long a statement may take.
    this.cancel();
    setTimeout(() => this.abandon(), CANCEL_TIMEOUT_MS).unref();
  }

  private abandon(): void {
    if (this.isAwaited) streamOf(this).destroy();
  }

  private endIfUseless({ code, message }: { code?: string; message?: string }): void {
    if (code === READ_ONLY || message === 'Query read timeout') void this.end();
  }
}

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MAX_NAMES) return known;
  const count = (uses.get(text) ?? 0) + 1;
  uses.set(text, count);
  if (count < MIN_USES) return undefined;
  uses.delete(text);
  const name = `s${names.size}`;
  names.set(text, name);
  return name;
}
