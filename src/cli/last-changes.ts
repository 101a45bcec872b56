import { type Entry, entriesOf } from './audit.js';
import { CliFailure } from './failure.js';
import type { Session } from './session.js';
import { NAMES_IN_AUDIT } from './vocabulary.js';

/** Who did something, when, and through which API. */
type Deed = Pick<Entry, 'id' | 'at' | 'credential' | 'dialect' | 'action'>;

/** Why the author of a change is not known. */
interface Unknown {
  readonly unknown: 'not_in_audit' | 'not_permitted' | 'not_asked';
}

export type LastChange = Deed | Unknown;

interface ClientRef {
  readonly domain: string;
  readonly clientId: string;
}

/** The largest number of requests for one client, and of entries for each request. */
const MOST_PAGES = 20;
const PAGE = 50;
/** The largest number of clients. */
const MOST_CLIENTS = 1000;

const FORBIDDEN = 403;
const NOT_IN_AUDIT = { unknown: 'not_in_audit' } as const;

/** What the audit knows of clients, read with a bounded number of requests. */
export class LastChanges {
  private isPermitted = true;
  private left = MOST_CLIENTS;

  constructor(private readonly session: Session) {}

  /** For each of these fields, named as in the v1 API: the last entry that changed it. */
  async ofFields(ref: ClientRef, fields: readonly string[]): Promise<readonly LastChange[]> {
    const found = new Map<string, Deed>();
    const unknown = await this.search(ref, {}, (entry) => {
      // This and older entries are about an earlier client with this id.
      if (entry.action === 'client.deleted') return true;
      for (const field of fields) {
        // A creation does not name empty fields. It is the last change of every field for which no later entry was found.
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

  /** Passes entries about a client, the newest first, until `look` has seen enough. Returns why the rest is not known. */
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
