import { type Entry, entriesOf } from './audit.js';
import { CliFailure } from './failure.js';
import type { Session } from './session.js';
import { NAMES_IN_AUDIT } from './vocabulary.js';

/** Who did something, when, and through which API. */
type Deed = Pick<Entry, 'id' | 'at' | 'credential' | 'dialect' | 'action'>;

/** Why it is not known who did something. */
interface Unknown {
  readonly unknown: 'not_in_audit' | 'not_permitted' | 'not_asked';
}

export type LastChange = Deed | Unknown;

interface ClientRef {
  readonly domain: string;
  readonly clientId: string;
}

/** At most so many requests for one client, each for so many entries. */
const MOST_PAGES = 20;
const PAGE = 50;
/** At most so many clients. */
const MOST_CLIENTS = 1000;

const FORBIDDEN = 403;
const NOT_IN_AUDIT = { unknown: 'not_in_audit' } as const;

/** What the audit knows of clients, read with a bounded number of requests. */
export class LastChanges {
  private isPermitted = true;
  private left = MOST_CLIENTS;

  constructor(private readonly session: Session) {}

  /** Of each of these fields, named as in the v1 API, the last entry that changed it. */
  async ofFields(ref: ClientRef, fields: readonly string[]): Promise<readonly LastChange[]> {
    const found = new Map<string, Deed>();
    const unknown = await this.search(ref, {}, (entry) => {
      // Of an earlier client with this id: what made the present one is not in the audit.
      if (entry.action === 'client.deleted') return true;
      for (const field of fields) {
        // A creation names no field that is empty. It is the last change of all that were not found before it.
        const isChanged =
          entry.action === 'client.created' || Object.hasOwn(entry.changes, NAMES_IN_AUDIT[field] ?? field);
        if (isChanged && !found.has(field)) found.set(field, deedOf(entry));
      }
      return found.size === fields.length;
    });
    return fields.map((field) => found.get(field) ?? unknown);
  }

  deletionOf(ref: ClientRef): Promise<LastChange> {
    return this.last(ref, 'client.deleted');
  }

  creationOf(ref: ClientRef): Promise<LastChange> {
    return this.last(ref, 'client.created');
  }

  private async last(ref: ClientRef, action: string): Promise<LastChange> {
    let deed: Deed | undefined;
    const unknown = await this.search(ref, { action }, (entry) => {
      deed = deedOf(entry);
      return true;
    });
    return deed ?? unknown;
  }

  /** Shows entries about a client, the newest first, until `look` has seen enough. Returns what holds for what it did not find. */
  private async search(
    { domain, clientId: client }: ClientRef,
    chosen: { readonly action?: string },
    look: (entry: Entry) => boolean,
  ): Promise<Unknown> {
    if (!this.isPermitted) return { unknown: 'not_permitted' };
    if (this.left === 0) return { unknown: 'not_asked' };
    this.left -= 1;
    let pages = 0;
    try {
      for await (const page of entriesOf(this.session, { domain, client, ...chosen, order: 'desc', limit: PAGE })) {
        pages += 1;
        if (page.some(look) || pages === MOST_PAGES) break;
      }
      return NOT_IN_AUDIT;
    } catch (error) {
      if (!(error instanceof CliFailure) || error.status !== FORBIDDEN) throw error;
      this.isPermitted = false;
      return { unknown: 'not_permitted' };
    }
  }
}

function deedOf({ id, at, credential, dialect, action }: Entry): Deed {
  return { id, at, credential, dialect, action };
}
