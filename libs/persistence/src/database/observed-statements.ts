import { AsyncResource } from 'node:async_hooks';
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { poolOf } from './patient-data-source.js';

/** Called with each statement that is sent, without its parameters. The returned function is called at its end. */
type StatementObserver = (sql: string) => ((error?: Error) => void) | undefined;

type Query = (...args: unknown[]) => unknown;
type Callback = (error: Error | undefined, ...rest: unknown[]) => void;

/** Reports every statement that goes through the pool, in the asynchronous context of its sender. */
export function observeStatements(source: DataSource, observe: StatementObserver): void {
  const pool = poolOf(source);
  const observed = new WeakSet<PoolClient>();
  pool.on('acquire', (client) => {
    if (observed.has(client)) return;
    observed.add(client);
    const send: Query = client.query.bind(client);
    client.query = ((...args: unknown[]) => sendObserved(send, args, observe)) as PoolClient['query'];
  });
  // A request that waited for a connection gets it in the context of the request that released it.
  const connect = pool.connect.bind(pool) as (callback?: Callback) => unknown;
  pool.connect = ((callback?: Callback) =>
    callback ? connect(AsyncResource.bind(callback)) : connect()) as Pool['connect'];
}

function sendObserved(send: Query, args: unknown[], observe: StatementObserver): unknown {
  const [statement] = args;
  const sql = typeof statement === 'string' ? statement : (statement as { text?: string }).text;
  const ended = sql === undefined ? undefined : observe(sql);
  if (!ended) return send(...args);
  const callback = args.at(-1);
  if (typeof callback === 'function') {
    const done: Callback = (error, ...rest) => {
      ended(error);
      callback(error, ...rest);
    };
    return send(...args.slice(0, -1), done);
  }
  const answer = send(...args) as Promise<unknown>;
  answer.then(() => ended(), ended);
  return answer;
}
