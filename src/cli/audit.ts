import type { AdminSchemas } from '#api-client';
import type { Output } from './output.js';
import { Session } from './session.js';

export type Entry = AdminSchemas['AuditEntry'];

/** Which changes are shown, as the options have it. */
export interface Choice {
  readonly domain?: string;
  readonly client?: string;
  readonly action?: string;
  readonly credential?: string;
  readonly lines: number;
}

interface Times {
  readonly from?: string;
  readonly to?: string;
  readonly order?: 'asc' | 'desc';
  /** How many are asked for at a time. */
  readonly limit?: number;
}

export async function list(options: Choice & Times, output: Output): Promise<void> {
  let left = options.lines;
  if (left === 0) return;
  for await (const page of entriesOf(new Session(), options)) {
    for (const entry of page.slice(0, left)) tell(entry, output);
    left -= page.length;
    if (left <= 0) return;
  }
}

/** The entries of the audit that are chosen, page by page. A page may be empty: the server looks at so many at a time. */
export function entriesOf(session: Session, options: Omit<Choice, 'lines'> & Times): AsyncGenerator<Entry[], void> {
  const { domain, client: clientId, action, credential, from, to, order, limit } = options;
  const asked = { domain, clientId, action, credential, from, to, order, limit };
  return session.pages<Entry>((query) =>
    session.api.GET('/admin/audit', { params: { query: { ...asked, ...query } } }),
  );
}

export function tell(entry: Entry, output: Output): void {
  output.line(entry, entryText);
}

function entryText({ at, domain, credential, action, clientId, dialect, changes }: Entry): string {
  const about = [domain, clientId].filter((name) => name !== null).join('/');
  return [at, action.padEnd(18), about, byWhom({ credential, dialect }), Object.keys(changes).join(' ')]
    .filter((part) => part !== '')
    .join('  ');
}

export function byWhom({ credential, dialect }: Pick<Entry, 'credential' | 'dialect'>): string {
  return `by ${credential.name} (${dialect})`;
}
