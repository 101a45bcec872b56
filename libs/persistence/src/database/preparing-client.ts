import { LRUCache } from 'lru-cache';
import pg from 'pg';
import { type ConnectionOptions, StoreConnection, streamOf } from './store-connection.js';

/** Further statements are sent unnamed: the server keeps each named one as long as the connection lives. */
const MAX_NAMES = 300;
/** A statement gets a name after this many uses. Otherwise rare requests would use up the names. */
const MIN_USES = 5;
/** PostgreSQL ends statements sooner (data-source.ts). This is for a PostgreSQL that no longer can. */
const ANSWER_TIMEOUT_MS = 6000;
/** How long a cancelled statement may take to end before it is abandoned. */
const CANCEL_TIMEOUT_MS = 1000;
const READ_ONLY = '25006';
const names = new Map<string, string>();
const uses = new LRUCache<string, number>({ max: 1000 });

/** Prepares parameterised statements that come again. That saves PostgreSQL more than half of its work on them. */
export class PreparingClient extends StoreConnection {
  /**
   * One timer for all statements. pg's own `query_timeout` makes one for each, and V8 moved what those held to where
   * only a collection of the whole heap removes it (decision 21).
   */
  private readonly patience: NodeJS.Timeout;
  private isAwaited = false;

  /** `answerTimeoutMillis` is for statements with parameters. Those without, such as a migration's, may take long. */
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
    // The pool may send such a statement right after one with parameters is answered.
    this.isAwaited = false;
    if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0)
      return super.query(...(args as [string]));
    this.isAwaited = true;
    this.patience.refresh();
    const [callback] = rest;
    const name = this.sessions.keepNames ? nameOf(text) : undefined;
    if (typeof callback !== 'function') return super.query({ name, text, values });
    // This is what the pool sends. If it were an object, pg would make a slow copy of the statement.
    const query = new pg.Query(text, values);
    return super.query(Object.assign(query, { name, callback }) as pg.Submittable);
  }

  private giveUp(): void {
    if (!this.isAwaited) return;
    if (this.sessions.areKept) {
      this.abandon();
      return;
    }
    // Where sessions are not kept, the server does not know how long a statement may take.
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
