import { fileURLToPath } from 'node:url';
import { type Run, run, until } from './processes.js';

export interface Issuer {
  /** Its claim `iss`. */
  readonly url: string;
  readonly process: Run;
  /** A token with these claims beside `iss` and an `exp` in an hour. */
  sign(claims: object, header?: { kid?: string }): Promise<string>;
  /** From now on signs with a new key; the old ones are published no more unless they are kept. */
  rotate(options?: { keepOld?: boolean }): Promise<void>;
  /** How often its keys were read. */
  reads(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts an issuer as a process of its own. */
export async function startIssuer(): Promise<Issuer> {
  const issuer = run(process.execPath, [fileURLToPath(new URL('./issuer-process.mjs', import.meta.url))]);
  await until('the issuer listens', () => /listening on \d+/.test(issuer.output()));
  const url = `http://localhost:${/listening on (\d+)/.exec(issuer.output())![1]}`;
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${url}${path}`, { method, body: body && JSON.stringify(body) });
    return (await response.json()) as T;
  };
  return {
    url,
    process: issuer,
    sign: async (claims, header = {}) => {
      const exp = Math.floor(Date.now() / 1000) + 3600;
      const asked = { claims: { iss: url, exp, ...claims }, ...header };
      return (await call<{ token: string }>('POST', '/sign', asked)).token;
    },
    rotate: async (options = {}) => {
      await call('POST', '/rotate', options);
    },
    reads: async () => (await call<{ reads: number }>('GET', '/reads')).reads,
    stop: () => issuer.endAll(),
  };
}
